// A <details> that behaves as a menu: one open at a time, Escape and a click elsewhere close it, arrows move in it.

class DropMenu extends HTMLElement {
  #details;

  connectedCallback() {
    this.#details = this.querySelector("details");
    this.#details.addEventListener("toggle", this.#toggled);
    this.addEventListener("keydown", this.#keyed);
    this.addEventListener("submit", this.#close);
    document.addEventListener("pointerdown", this.#outside);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.#outside);
  }

  #items() {
    return [...this.#details.querySelectorAll(".menu-item, .menu input")].filter((item) => item.checkVisibility());
  }

  #toggled = () => {
    if (!this.#details.open) return;
    for (const other of document.querySelectorAll("drop-menu > details[open]")) {
      if (other !== this.#details) other.open = false;
    }
    this.#stayInside();
  };

  // Open and be in it at once, so that what is typed next is meant for the menu.
  openByKey() {
    this.#details.open = true;
    this.#stayInside();
    this.#items()[0]?.focus();
  }

  #stayInside() {
    const menu = this.#details.querySelector(".menu");
    const box = menu.getBoundingClientRect();
    const right = this.closest(".conversation")?.getBoundingClientRect().right ?? innerWidth;
    if (box.right > right - 8) menu.dataset.align = "end";
    else if (box.left < 8) menu.dataset.align = "start";
  }

  #close = () => {
    this.#details.open = false;
  };

  #outside = (event) => {
    if (this.#details.open && !this.contains(event.target)) this.#details.open = false;
  };

  #keyed = (event) => {
    const isSummary = event.target.closest("summary");
    if (isSummary && !this.#details.open && ["Enter", "Space", "ArrowDown"].includes(event.code)) {
      event.preventDefault();
      this.openByKey();
      return;
    }
    if (!this.#details.open) return;
    if (event.code === "Escape") {
      event.stopPropagation();
      this.#details.open = false;
      this.#details.querySelector("summary").focus();
    } else if (event.code === "ArrowDown" || event.code === "ArrowUp") {
      event.preventDefault();
      const items = this.#items();
      const step = event.code === "ArrowDown" ? 1 : -1;
      const from = items.indexOf(document.activeElement);
      items[(from + step + items.length) % items.length]?.focus();
    }
  };
}

customElements.define("drop-menu", DropMenu);
