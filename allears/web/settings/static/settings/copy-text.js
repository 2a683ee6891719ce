/** A read-only text with a button that copies it; without JavaScript it is there to be selected. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => this.#copy(button));
  }

  async #copy(button) {
    const text = this.querySelector("input, textarea");
    text.select();
    await navigator.clipboard.writeText(text.value);
    button.querySelector("span").textContent = button.dataset.done;
  }
}

customElements.define("copy-text", CopyText);
