// The open chat: head, talk, and where to write. One drawing follows however many changes.
import { Composer } from "./composer.js";
import { make, mark, on } from "./dom.js";
import { FirstForm } from "./first.js";
import { Head } from "./head.js";
import { say } from "./languages.js";
import { Log } from "./log.js";
import { Strip } from "./strip.js";

export class Panel {
  #isDue = false;

  constructor(talk, { close, forget }) {
    this.talk = talk;
    this.strip = new Strip(talk, forget);
    this.head = new Head(talk, [
      [say("transcript"), () => this.strip.ask("transcript"), () => talk.messages.list.length > 0],
      [say("forget"), () => this.strip.ask("forget"), () => true],
    ], close);
    this.composer = new Composer(talk);
    this.log = new Log(talk, (line) => this.composer.takeBack(line));
    this.first = new FirstForm(talk, () => this.#skipFirst());
    const parts = [this.head, this.log, this.first, this.strip, this.composer].map((part) => part.element);
    this.element = make("section.panel", { role: close ? "dialog" : "main", "aria-labelledby": "title", tabIndex: -1, hidden: true }, ...parts);
    on(this.element, "keydown", (event) => this.#pressed(event));
    this.#takeDrops();
    on(talk, "changed", () => this.render());
    on(talk, "arrived", () => this.render().then(() => this.log.announce()));
  }

  get isShown() {
    return !this.element.hidden;
  }

  /** Draw what changed, once for all changes of a moment. */
  async render(focuses = false) {
    if (!this.#isDue) {
      this.#isDue = true;
      await undefined;
      this.#isDue = false;
      if (this.isShown) this.#draw();
    } else await undefined;
    if (focuses) this.focus();
  }

  #skipFirst() {
    this.strip.askNoMore();
    this.render(true);
  }

  #draw() {
    const hadFocus = this.first.isShown && this.first.element.contains(this.element.getRootNode().activeElement);
    for (const part of [this.head, this.first, this.strip]) part.render();
    this.composer.element.hidden = this.first.isShown;
    mark(this.log.element, "data-brief", this.first.isShown);
    this.composer.fit();
    this.log.render();
    if (hadFocus && !this.first.isShown) this.composer.focus();
    if (!document.hidden) this.talk.signs.seen();
  }

  show() {
    this.element.hidden = false;
    this.#draw();
    this.log.toEnd();
  }

  focus() {
    if (this.element.getAttribute("aria-modal") === "true") this.element.focus();
    else if (this.first.isShown) this.first.focus();
    else this.composer.focus();
  }

  // A phone's sheet covers the page, so the cursor stays in it.
  #pressed(event) {
    if (event.key === "Escape" && this.head.toggle(false)) event.stopPropagation();
    if (event.key !== "Tab" || this.element.getAttribute("aria-modal") !== "true") return;
    const able = "button:not([disabled]), input:not([type=file]), textarea, a[href], [tabindex='0']";
    const stops = [...this.element.querySelectorAll(able)].filter((one) => one.getClientRects().length);
    const at = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (this.element.getRootNode().activeElement !== at) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  }

  #takeDrops() {
    const over = (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      mark(this.element, "data-over", event.type === "dragover");
      if (event.type === "drop") this.composer.addFiles([...event.dataTransfer.files]);
    };
    on(this.element, "dragover dragleave drop", over);
  }
}
