// <print-page> prints when its button is pressed, and unfolds everything while it does.

class PrintPage extends HTMLElement {
  #opened = [];

  connectedCallback() {
    this.addEventListener("click", () => print());
    addEventListener("beforeprint", this.#unfold);
    addEventListener("afterprint", this.#fold);
  }

  disconnectedCallback() {
    removeEventListener("beforeprint", this.#unfold);
    removeEventListener("afterprint", this.#fold);
  }

  #unfold = () => {
    this.#opened = [...document.querySelectorAll("main details:not([open], .no-print)")];
    for (const one of this.#opened) one.open = true;
  };

  #fold = () => {
    for (const one of this.#opened) one.open = false;
  };
}

customElements.define("print-page", PrintPage);
