// The top of the chat: whose it is, whether somebody is there, and the little that can be done besides writing.
import { iconButton, initials, make, mark } from "./dom.js";
import { say } from "./languages.js";
import { answerTime, isAway, whoIsHere } from "./presence.js";

export class Head {
  #status = make("p.status");
  #menu;
  #opener;

  /** `choices` are [name, deed, isOffered()]; `close` is missing where the chat fills a page of its own. */
  constructor(talk, choices, close) {
    Object.assign(this, { talk, choices });
    const { name } = talk.config.brand;
    this.#menu = make("div.menu", { hidden: true, id: "menu" });
    this.#opener = iconButton("more", say("more"), { "aria-expanded": "false", "aria-controls": "menu", onclick: () => this.toggle() });
    const names = make("div.names", {}, make("h2", { id: "title" }, name), this.#status);
    const face = make("span.face", { "aria-hidden": "true" }, initials(name));
    const closer = close && iconButton("close", say("close"), { className: "icon-button close", onclick: close });
    this.element = make("header.head", {}, face, names, this.#opener, closer, this.#menu);
  }

  render() {
    const { config } = this.talk;
    mark(this.element, "data-away", isAway(config));
    const words = [whoIsHere(config), answerTime(config)].filter(Boolean).map((one) => make("span", {}, one));
    if (this.#status.textContent !== words.map((word) => word.textContent).join("")) this.#status.replaceChildren(...words);
  }

  /** Open or close the menu; say whether it was closed. */
  toggle(opens = this.#menu.hidden) {
    const wasOpen = !this.#menu.hidden;
    if (opens) this.#fill();
    this.#menu.hidden = !opens;
    this.#opener.setAttribute("aria-expanded", String(opens));
    if (opens) this.#menu.querySelector("button").focus();
    else if (wasOpen && this.#menu.getRootNode().activeElement?.closest(".menu")) this.#opener.focus();
    return wasOpen && !opens;
  }

  #fill() {
    const offered = this.choices.filter(([, , isOffered]) => isOffered());
    const buttons = offered.map(([label, deed]) => make("button", { onclick: () => this.#choose(deed) }, label));
    this.#menu.replaceChildren(...buttons);
  }

  #choose(deed) {
    this.toggle(false);
    deed();
  }
}
