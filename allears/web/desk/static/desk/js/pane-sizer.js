// The edge of the queue: drag it, or move it with the arrow keys; it snaps to steps of 20 px.

import { rememberPane } from "./panes.js";

const LEAST = 300;
const MOST = 480;
const STEP = 20;

class PaneSizer extends HTMLElement {
  connectedCallback() {
    this.addEventListener("pointerdown", this.#grabbed);
    this.addEventListener("pointermove", this.#moved);
    this.addEventListener("pointerup", this.#dropped);
    this.addEventListener("keydown", this.#keyed);
  }

  #set(width) {
    const snapped = Math.min(MOST, Math.max(LEAST, Math.round(width / STEP) * STEP));
    document.querySelector(".desk").dataset.queue = snapped;
    this.setAttribute("aria-valuenow", snapped);
    return snapped;
  }

  #grabbed = (event) => {
    this.setPointerCapture(event.pointerId);
    this.dataset.dragging = "";
  };

  #moved = (event) => {
    if (this.hasAttribute("data-dragging")) this.#set(event.clientX - this.parentElement.getBoundingClientRect().left);
  };

  #dropped = () => {
    delete this.dataset.dragging;
    rememberPane("queue", this.getAttribute("aria-valuenow"));
  };

  #keyed = (event) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.code];
    if (!step) return;
    event.preventDefault();
    rememberPane("queue", this.#set(Number(this.getAttribute("aria-valuenow")) + step));
  };
}

customElements.define("pane-sizer", PaneSizer);
