// Buttons that change the layout; the cookie lets the server lay the next page out the same way.

import { rememberPane } from "./panes.js";

const TURNS = { context: ["open", "closed"], density: ["comfortable", "compact"], rail: ["wide", "narrow"] };

class DeskPanes extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#clicked);
  }

  #clicked = (event) => {
    const name = event.target.closest("[data-pane]")?.dataset.pane;
    if (!name) return;
    const desk = document.querySelector(".desk");
    if (name === "context" && matchMedia("(max-width: 1099px)").matches) {
      desk.dataset.drawer = desk.dataset.drawer === "open" ? "closed" : "open";
      return;
    }
    const place = name === "rail" ? document.querySelector(".rail") : desk;
    if (place.dataset[name] === "auto") place.dataset[name] = innerWidth < 1600 ? "narrow" : "wide";
    const [first, second] = TURNS[name];
    place.dataset[name] = place.dataset[name] === second ? first : second;
    rememberPane(name, place.dataset[name]);
  };
}

customElements.define("desk-panes", DeskPanes);
