// The clock on somebody else's wall.

class LocalClock extends HTMLElement {
  #timer;

  connectedCallback() {
    this.#timer = setInterval(() => this.#show(), 10_000);
    this.#show();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show() {
    try {
      const told = { timeZone: this.dataset.zone, hour: "2-digit", minute: "2-digit", weekday: "short" };
      this.textContent = new Intl.DateTimeFormat(document.documentElement.lang, told).format(new Date());
    } catch {
      clearInterval(this.#timer);
    }
  }
}

customElements.define("local-clock", LocalClock);
