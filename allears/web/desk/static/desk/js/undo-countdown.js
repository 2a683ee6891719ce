// Counts down to the moment a held reply goes out; then there is nothing left to undo.

class UndoCountdown extends HTMLElement {
  #timer;

  connectedCallback() {
    this.#timer = setInterval(() => this.#show(), 500);
    this.#show();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show() {
    const left = Math.ceil((Date.parse(this.dataset.until) - Date.now()) / 1000);
    this.textContent = left > 0 ? this.dataset.words.replace("#", left) : this.dataset.over;
    if (left > 0) return;
    clearInterval(this.#timer);
    this.closest("form")?.querySelector("button")?.remove();
  }
}

customElements.define("undo-countdown", UndoCountdown);
