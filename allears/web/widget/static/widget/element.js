// <allears-chat>: a shadow of its own, so that neither page nor chat can spoil the other; it takes no room on the page.
import { coloursOf } from "./colours.js";
import { make, mark, on } from "./dom.js";
import { CSS } from "./generated.js";
import { Launcher } from "./launcher.js";
import { Panel } from "./panel.js";

const PHONE = matchMedia("(max-width: 520px), (max-height: 420px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

export class ChatElement extends HTMLElement {
  #frame = make("div.frame");
  #panel;

  /** Begin with a talk and the page's wishes: theme, position, isFull. */
  begin(talk, wishes, forget) {
    Object.assign(this, { talk, wishes, forget });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.#frame);
    this.#frame.dir = "ltr";
    this.#frame.lang = talk.config.language;
    mark(this.#frame, "data-side", wishes.position);
    mark(this.#frame, "data-full", wishes.isFull);
    this.launcher = new Launcher(() => this.toggle());
    this.#frame.append(this.launcher.said, ...(wishes.isFull ? [] : [this.launcher.element]));
    this.#paint();
    for (const media of [DARK, PHONE]) on(media, "change", () => this.#paint());
    on(talk, "changed", () => this.launcher.render(talk.unread, this.isOpen));
    on(talk, "arrived", ({ detail }) => !this.isOpen && this.launcher.announce(detail));
    on(document, "visibilitychange", () => !document.hidden && this.isOpen && talk.signs.seen());
    if (window.visualViewport) on(visualViewport, "resize scroll", () => this.#fit());
    on(this, "keydown", (event) => this.#pressed(event));
  }

  get isOpen() {
    return Boolean(this.#panel?.isShown);
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Open the chat; the cursor goes along unless the page opened it by itself. */
  open(focuses = true) {
    if (this.isOpen) return;
    this.#panel ??= this.#makePanel();
    this.#panel.show();
    this.#changed();
    this.talk.begin().then(() => this.talk.listen(), () => {});
    if (focuses) this.#panel.focus();
  }

  close() {
    if (!this.isOpen || this.wishes.isFull) return;
    const hadFocus = this.shadowRoot.activeElement;
    this.#panel.element.hidden = true;
    this.talk.signs.typing(false);
    this.#changed();
    if (hadFocus) this.launcher.element.focus();
  }

  #makePanel() {
    const close = this.wishes.isFull ? undefined : () => this.close();
    const panel = new Panel(this.talk, { close, forget: this.forget });
    this.#frame.prepend(panel.element);
    return panel;
  }

  #changed() {
    this.launcher.render(this.talk.unread, this.isOpen);
    mark(this.#frame, "data-open", this.isOpen);
    this.#paint();
    this.dispatchEvent(new Event(this.isOpen ? "open" : "close"));
  }

  #paint() {
    const { theme, isFull } = this.wishes;
    const shown = theme === "auto" ? (DARK.matches ? "dark" : "light") : theme;
    mark(this.#frame, "data-theme", shown);
    mark(this.#frame, "data-sheet", PHONE.matches && !isFull);
    for (const [name, value] of coloursOf(this.talk.config.brand, shown)) this.#frame.style.setProperty(name, value);
    if (this.#panel) mark(this.#panel.element, "aria-modal", PHONE.matches && !isFull ? "true" : "");
    this.#fit();
  }

  // A phone's keyboard takes its room from the visible part of the page.
  #fit() {
    const { style } = this.#frame;
    const view = window.visualViewport;
    if (!view || !(PHONE.matches || this.wishes.isFull)) return;
    style.setProperty("--height", `${view.height}px`);
    style.setProperty("--top", `${view.offsetTop}px`);
  }

  #pressed(event) {
    event.stopPropagation();
    if (event.key === "Escape" && this.isOpen) this.close();
  }
}
