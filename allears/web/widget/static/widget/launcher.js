// The button in the corner: how many messages wait, and one word of them for who listens instead of looking.
import { icon, make, mark } from "./dom.js";
import { say } from "./languages.js";

export class Launcher {
  #badge = make("span.badge", { "aria-hidden": "true", hidden: true });
  said = make("div.for-readers", { role: "status" });

  constructor(toggle) {
    this.element = make("button.launcher", { onclick: toggle }, icon("chat"), icon("chevron-down"), this.#badge);
    this.render(0, false);
  }

  render(unread, isOpen) {
    const label = unread && !isOpen ? say("open_unread", { n: unread }) : say(isOpen ? "close" : "open");
    this.#badge.hidden = !unread || isOpen;
    this.#badge.textContent = unread > 9 ? "9+" : String(unread);
    mark(this.element, "aria-expanded", String(isOpen));
    mark(this.element, "aria-label", label);
    this.element.title = label;
  }

  /** Read out a message that came while the chat was closed. */
  announce({ from, text }) {
    this.said.textContent = say("new_message", { name: from.name, text });
  }
}
