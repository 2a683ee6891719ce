// A menu of the filter that was changed is asked for as soon as it closes; Enter in it closes it.

class FilterBar extends HTMLElement {
  #isChanged = false;

  connectedCallback() {
    this.querySelector("[type=submit]").hidden = true;
    this.addEventListener("change", this.#changed);
    this.addEventListener("keydown", this.#keyed);
    this.addEventListener("toggle", this.#toggled, true);
  }

  #changed = ({ target }) => {
    this.#isChanged = true;
    if (target.matches("[type=radio]") && !target.matches(":focus-visible")) target.closest("details").open = false;
  };

  #keyed = (event) => {
    const menu = event.target.closest("details[open] > .menu");
    if (!menu || event.code !== "Enter") return;
    event.preventDefault();
    menu.parentElement.open = false;
    menu.parentElement.querySelector("summary").focus();
  };

  #toggled = ({ target }) => {
    if (target.open || !this.#isChanged) return;
    this.#isChanged = false;
    this.querySelector("form").requestSubmit();
  };
}

customElements.define("filter-bar", FilterBar);
