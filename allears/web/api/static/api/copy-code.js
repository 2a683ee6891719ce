/** A piece of code with a button that copies it; without JavaScript it is there to be selected. */
class CopyCode extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.dataset.size = "s";
    button.textContent = this.dataset.copy;
    button.addEventListener("click", () => this.#copy(button));
    this.append(button);
  }

  async #copy(button) {
    await navigator.clipboard.writeText(this.querySelector("code").textContent);
    button.textContent = this.dataset.done;
    setTimeout(() => (button.textContent = this.dataset.copy), 2000);
  }
}

customElements.define("copy-code", CopyCode);
