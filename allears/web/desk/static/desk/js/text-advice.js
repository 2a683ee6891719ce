// Advice on what is being written, before a word is sent: a link where links cost, words that send somebody elsewhere.

import { hasLink } from "./measuring.js";

class TextAdvice extends HTMLElement {
  #field;
  #elsewhere;

  connectedCallback() {
    this.#elsewhere = new RegExp(this.dataset.elsewhere, "iu");
    this.#field = this.closest("form").querySelector("textarea");
    this.#field.addEventListener("input", this.#advise);
    this.#advise();
  }

  disconnectedCallback() {
    this.#field.removeEventListener("input", this.#advise);
  }

  #show(when, isShown) {
    const advice = this.querySelector(`[data-when="${when}"]`);
    if (advice) advice.hidden = !isShown;
  }

  #advise = () => {
    this.#show("link", hasLink(this.#field.value));
    this.#show("elsewhere", this.#elsewhere.test(this.#field.value));
  };
}

customElements.define("text-advice", TextAdvice);
