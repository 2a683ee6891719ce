/**
 * The form of a brand: copies Monday's hours, adds days off, and shows a colour while it is chosen.
 * Without JavaScript the same buttons ask the server.
 */
const COPIES = { weekdays: ["tue", "wed", "thu", "fri"], every_day: ["tue", "wed", "thu", "fri", "sat", "sun"] };
const [LIGHT, DARK] = ["#ffffff", "#16130f"];

const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

class BrandForm extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("button[name=copy]")) {
      button.type = "button";
      button.addEventListener("click", () => this.#copy(COPIES[button.value]));
    }
    const add = this.querySelector("[data-add-day]");
    add.hidden = false;
    add.addEventListener("click", () => this.#addDay());
    this.querySelector("input[type=color]").addEventListener("input", (event) => this.#show(event.target.value));
  }

  #copy(days) {
    const monday = this.querySelector("[name=mon]").value;
    for (const day of days) this.querySelector(`[name=${day}]`).value = monday;
  }

  #addDay() {
    const total = this.querySelector("[name$=TOTAL_FORMS]");
    const markup = this.querySelector("#another-day").content.firstElementChild.cloneNode(true);
    for (const part of [markup, ...markup.querySelectorAll("*")]) {
      for (const attribute of part.attributes) attribute.value = attribute.value.replace("__prefix__", total.value);
    }
    this.querySelector(".days-off").append(markup);
    total.value = Number(total.value) + 1;
    markup.querySelector("input").focus();
  }

  #show(colour) {
    const text = contrast(colour, LIGHT) >= contrast(colour, DARK) ? LIGHT : DARK;
    for (const part of this.querySelectorAll("[data-fill]")) {
      part.setAttribute("fill", part.dataset.fill === "text" ? text : colour);
    }
    for (const line of this.querySelectorAll("[data-contrast]")) {
      const ratio = contrast(colour, line.dataset.contrast === "text" ? text : line.dataset.against);
      line.querySelector("[data-ratio]").textContent = (Math.floor(ratio * 10) / 10).toFixed(1);
      line.dataset.tone = ratio >= Number(line.dataset.atLeast) ? "good" : "warm";
    }
  }
}

customElements.define("brand-form", BrandForm);
