// Makes the frame of a mail as tall as the mail.

class MailFrame extends HTMLElement {
  #observer = new ResizeObserver(() => this.#fit());

  connectedCallback() {
    const frame = this.querySelector("iframe");
    frame.addEventListener("load", () => {
      this.#observer.disconnect();
      const page = frame.contentDocument?.documentElement;
      if (page) this.#observer.observe(page);
      this.#fit();
    });
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  #fit() {
    const frame = this.querySelector("iframe");
    const height = frame.contentDocument?.body?.scrollHeight;
    if (height) frame.style.height = `${Math.min(height + 2, 4000)}px`;
  }
}

customElements.define("mail-frame", MailFrame);
