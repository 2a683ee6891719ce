// Finds a tag while one types, by keys or pointer, and puts it on or takes it off; what is not there can be made.
// Stays open for the next one. Without it, the field beside it takes a name.

import { fetchPart } from "./merge.js";

const MARKS = /\p{M}/gu;

function fold(text) {
  return text.normalize("NFD").replace(MARKS, "").toLowerCase().replaceAll("đ", "d").replaceAll("ё", "е").trim();
}

class TagPicker extends HTMLElement {
  #input;
  #list;
  #active;

  connectedCallback() {
    this.#input = this.querySelector("[role=combobox]");
    this.#list = this.querySelector("[role=listbox]");
    this.querySelector("[type=submit]").hidden = true;
    this.closest("details").addEventListener("toggle", this.#toggled);
    this.addEventListener("input", this.#filter);
    this.addEventListener("keydown", this.#keyed);
    this.#list.addEventListener("click", this.#clicked);
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  #toggled = async ({ target }) => {
    if (!target.open) return;
    this.#input.value = "";
    this.#input.focus();
    try {
      const part = await fetchPart(this.dataset.url);
      this.#list.replaceChildren(...part.querySelectorAll("[role=option]"));
    } catch {
      this.#list.replaceChildren();
    }
    this.#filter();
  };

  #options() {
    return [...this.#list.children].filter((option) => !option.hidden);
  }

  #filter = () => {
    const wanted = fold(this.#input.value);
    this.#list.querySelector("[data-make]")?.remove();
    for (const option of this.#list.children) option.hidden = !fold(option.dataset.name).includes(wanted);
    const isKnown = this.#options().some((option) => fold(option.dataset.name) === wanted);
    if (wanted && !isKnown) this.#list.append(this.#offerToMake());
    const options = this.#options();
    this.#list.hidden = options.length === 0;
    this.#input.setAttribute("aria-expanded", String(options.length > 0));
    this.#activate(wanted ? options[0] : undefined);
  };

  #offerToMake() {
    const option = document.createElement("li");
    option.className = "menu-item";
    option.id = "tag-option-new";
    option.role = "option";
    option.dataset.make = "";
    option.dataset.name = this.#input.value.trim();
    option.textContent = this.dataset.make.replace("#", option.dataset.name);
    return option;
  }

  #activate(option) {
    this.#active?.removeAttribute("data-active");
    this.#active = option;
    option?.setAttribute("data-active", "");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #keyed = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step) {
      const options = this.#options();
      const from = options.indexOf(this.#active);
      const to = from < 0 && step < 0 ? options.length - 1 : from + step;
      this.#activate(options[(to + options.length) % options.length]);
    } else if (["Enter", "NumpadEnter"].includes(event.code)) {
      if (this.#active) this.#choose(this.#active);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  #clicked = (event) => {
    const option = event.target.closest("[role=option]");
    if (option) this.#choose(option);
  };

  async #choose(option) {
    const isOn = option.getAttribute("aria-selected") === "true";
    const { id, name } = option.dataset;
    const values = id ? { [isOn ? "remove" : "add"]: id } : { name };
    const form = this.closest("form");
    await window.htmx.ajax("POST", this.dataset.url, { source: form, values, swap: "none" });
    if (!this.isConnected) return;
    if (id) option.setAttribute("aria-selected", String(!isOn));
    this.querySelector("[role=status]").textContent = this.dataset[isOn ? "off" : "on"].replace("#", name);
    if (id && !this.#input.value) return;
    this.#toggled({ target: this.closest("details") });
  }
}

customElements.define("tag-picker", TagPicker);
