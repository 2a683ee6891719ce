// A <details> that behaves as a menu: one open at a time, Escape and a click elsewhere close it, arrows move in it.
// One with data-float lies over whatever scrolls or cuts off, on the side of its button where there is more room.

class DropMenu extends HTMLElement {
  #details;

  connectedCallback() {
    this.#details = this.querySelector("details");
    this.#details.addEventListener("toggle", this.#toggled);
    this.addEventListener("keydown", this.#keyed);
    this.addEventListener("submit", this.#close);
    this.addEventListener("htmx:afterSettle", this.#stayInside);
    document.addEventListener("pointerdown", this.#outside);
    document.addEventListener("scroll", this.#scrolled, { capture: true, passive: true });
    window.addEventListener("resize", this.#scrolled);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.#outside);
    document.removeEventListener("scroll", this.#scrolled, { capture: true });
    window.removeEventListener("resize", this.#scrolled);
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

  #scrolled = (event) => {
    if (this.#details.open && !(event.target instanceof Node && this.contains(event.target))) this.#stayInside();
  };

  #stayInside = () => {
    const menu = this.#details.querySelector(".menu");
    if ("float" in menu.dataset) {
      this.#float(menu);
      return;
    }
    const box = menu.getBoundingClientRect();
    const right = this.closest(".conversation")?.getBoundingClientRect().right ?? innerWidth;
    if (box.right > right - 8) menu.dataset.align = "end";
    else if (box.left < 8) menu.dataset.align = "start";
  };

  #float(menu) {
    const edge = 8;
    const room = this.closest(".conversation")?.getBoundingClientRect() ?? document.body.getBoundingClientRect();
    const button = this.#details.querySelector("summary").getBoundingClientRect();
    const head = document.getElementById("conversation-head")?.getBoundingClientRect().bottom ?? 0;
    Object.assign(menu.style, { top: "0", left: "0", maxHeight: "none", maxWidth: `${room.width - 2 * edge}px` });
    const box = menu.getBoundingClientRect();
    const above = button.top - head - 2 * edge;
    const below = Math.min(room.bottom, innerHeight) - button.bottom - 2 * edge;
    const isBelow = box.height <= below || below >= above;
    const height = Math.min(box.height, Math.max(isBelow ? below : above, 120));
    const left = Math.max(room.left + edge, Math.min(button.left, room.right - edge - box.width));
    const top = isBelow ? button.bottom + edge / 2 : button.top - edge / 2 - height;
    Object.assign(menu.style, {
      top: `${top - box.top}px`,
      left: `${left - box.left}px`,
      maxHeight: `${height}px`,
    });
  }

  #close = () => {
    const menu = this.#details.querySelector(".menu");
    if ("float" in menu.dataset && menu.contains(document.activeElement)) {
      this.#details.querySelector("summary").focus({ preventScroll: true });
    }
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
