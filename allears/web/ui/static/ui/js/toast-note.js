// A short word in the corner. It leaves by itself, later while pointed at; one with an undo leaves when the time is up.

const STAYS = 7_000;

class ToastNote extends HTMLElement {
  #timer;

  connectedCallback() {
    this.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.addEventListener("pointerleave", () => this.#wait());
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-dismiss]")) this.remove();
    });
    this.addEventListener("htmx:afterRequest", () => this.remove());
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait() {
    clearTimeout(this.#timer);
    const until = this.dataset.until;
    const left = until ? Date.parse(until) - Date.now() : STAYS;
    this.#timer = setTimeout(() => this.remove(), Math.max(left, 0));
  }
}

customElements.define("toast-note", ToastNote);

function sayThatItFailed() {
  const template = document.getElementById("request-failed");
  document.getElementById("toasts").append(template.content.cloneNode(true));
}

document.addEventListener("htmx:responseError", sayThatItFailed);
document.addEventListener("htmx:sendError", sayThatItFailed);
