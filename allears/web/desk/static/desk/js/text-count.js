// How many more a reply may have, as its network counts; what is too long stays here, and says by how much.

import { lengthOf, wholeText } from "./measuring.js";

class TextCount extends HTMLElement {
  #field;
  #form;
  #limits;

  connectedCallback() {
    this.#limits = JSON.parse(this.dataset.limits);
    this.#form = this.closest("form");
    this.#field = this.#form.querySelector("textarea");
    this.title = this.dataset.title;
    this.#field.addEventListener("input", this.#count);
    this.#form.addEventListener("submit", this.#sending, true);
    this.#count();
  }

  disconnectedCallback() {
    this.#field.removeEventListener("input", this.#count);
    this.#form.removeEventListener("submit", this.#sending, true);
  }

  #left() {
    const whole = wholeText(this.#field.value, this.dataset.opening, this.dataset.signature);
    return Math.min(...this.#limits.map(({ most, unit }) => most - lengthOf(whole, unit)));
  }

  #count = () => {
    const left = this.#left();
    const most = Math.min(...this.#limits.map((limit) => limit.most));
    this.textContent = (left < 0 ? this.dataset.over : this.dataset.left).replace("#", Math.abs(left));
    this.dataset.state = left < 0 ? "over" : left < most / 10 ? "near" : "";
    this.#field.toggleAttribute("aria-invalid", left < 0);
    if (left < 0) this.setAttribute("role", "status");
    else this.removeAttribute("role");
  };

  #sending = (event) => {
    if (event.submitter?.hasAttribute("formaction") || this.#left() >= 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#field.focus();
  };
}

customElements.define("text-count", TextCount);
