// How long one can still answer here. When it is over nothing can be sent from the form any more.

const MINUTE = 60_000;
const SOON = 120;

class WindowLeft extends HTMLElement {
  #timer;

  connectedCallback() {
    this.#timer = setInterval(this.#show, MINUTE / 4);
    this.#show();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show = () => {
    const left = Date.parse(this.dataset.until) - Date.now();
    const minutes = Math.max(Math.floor(left / MINUTE), 0);
    this.dataset.state = left <= 0 ? "over" : minutes < SOON ? "near" : "";
    this.textContent = left <= 0 ? this.dataset.over : this.#words(minutes);
    if (left > 0) return;
    clearInterval(this.#timer);
    for (const button of this.closest("form").querySelectorAll(".button-group [type=submit]")) button.disabled = true;
  };

  #words(minutes) {
    const [days, hours, few] = this.dataset.words.split("|");
    const parts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
    const fill = (words, numbers) => words.replaceAll("#", () => numbers.shift());
    if (parts[0]) return fill(days, parts.slice(0, 2));
    return parts[1] ? fill(hours, parts.slice(1)) : fill(few, parts.slice(2));
  }
}

customElements.define("window-left", WindowLeft);
