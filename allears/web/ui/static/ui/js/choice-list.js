// A field that filters a list of options, a combobox as ARIA has it: focus stays in the field, arrows move,
// Enter takes. Options are [role=option]; they are found by data-first, their [data-label]
// and data-find.

import { fit, fold, waysToRead } from "./matching.js";

export class ChoiceList {
  #field;
  #list;
  #tell;
  #order = [];
  #active;

  constructor(field, list, tell) {
    this.#field = field;
    this.#list = list;
    this.#tell = tell;
    field.addEventListener("input", () => this.filter());
    field.addEventListener("keydown", this.#keyed);
    list.addEventListener("click", this.#clicked);
    list.addEventListener("pointermove", this.#pointed);
  }

  get active() {
    return this.#active;
  }

  // Take the options as they stand now, and fold once what each is found by.
  read() {
    this.#order = [...this.#list.children];
    for (const [number, option] of this.#options().entries()) {
      option.id ||= `${this.#list.id}-${number}`;
      const label = option.querySelector("[data-label]")?.textContent ?? "";
      const { first = "", find = "" } = option.dataset;
      option.dataset.text ??= fold(`${first} ${label} ${find}`).trim().replace(/\s+/g, " ");
    }
    this.filter();
  }

  filter() {
    const typed = this.#field.value.trim();
    const ways = waysToRead(typed);
    const scored = this.#options().map((option) => [this.#scoreOf(option, typed, ways), option]);
    for (const [score, option] of scored) option.hidden = !score || option.hasAttribute("data-unfit");
    for (const heading of this.#order.filter((one) => one.role !== "option")) heading.hidden = Boolean(typed);
    const sorted = typed ? scored.sort((a, b) => b[0] - a[0]).map(([, option]) => option) : this.#order;
    this.#list.append(...sorted);
    if (!typed) this.#hideEmptyGroups();
    this.#activate(this.#shown()[0]);
    this.#field.setAttribute("aria-expanded", String(this.#shown().length > 0));
    this.#tell({ filtered: this.#shown().length, typed });
  }

  #scoreOf(option, typed, ways) {
    if (option.dataset.only) return (option.dataset.only === "typed") === Boolean(typed) ? 1 : 0;
    return typed ? fit(ways, option.dataset.text) : 1;
  }

  #hideEmptyGroups() {
    let heading;
    for (const one of this.#order) {
      if (one.role !== "option") {
        heading = one;
        heading.hidden = true;
      } else if (heading && !one.hidden) heading.hidden = false;
    }
  }

  #options() {
    return this.#order.filter((one) => one.role === "option");
  }

  #shown() {
    return [...this.#list.children].filter((one) => one.role === "option" && !one.hidden);
  }

  #activate(option) {
    this.#active?.setAttribute("aria-selected", "false");
    this.#active = option;
    option?.setAttribute("aria-selected", "true");
    if (option) this.#field.setAttribute("aria-activedescendant", option.id);
    else this.#field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
    this.#tell({ active: option });
  }

  #move(step) {
    const shown = this.#shown();
    if (!shown.length) return;
    const from = shown.indexOf(this.#active);
    this.#activate(shown[(from + step + shown.length) % shown.length]);
  }

  #keyed = (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.code];
    if (step) {
      event.preventDefault();
      this.#move(Math.abs(step) === 1 ? step : Math.sign(step) * Math.min(8, this.#shown().length - 1 || 1));
    } else if (event.code === "Enter" || event.code === "NumpadEnter") {
      event.preventDefault();
      if (this.#active) this.#tell({ picked: this.#active });
    }
  };

  #clicked = (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    this.#tell({ picked: option });
  };

  #pointed = (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== this.#active && (event.movementX || event.movementY)) this.#activate(option);
  };
}
