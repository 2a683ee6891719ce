// window.AllEars: what the page may ask of the chat. Calls made before the script was there wait in an array.
import { on } from "./dom.js";

const EVENTS = ["ready", "open", "close", "message", "unread"];

export class Doors {
  #heard = Object.fromEntries(EVENTS.map((name) => [name, []]));
  #last = {};

  constructor(element, talk) {
    Object.assign(this, { element, talk });
    on(element, "open close", ({ type }) => this.#tell(type));
    on(talk, "arrived", ({ detail: { id, text, at, from } }) => this.#tell("message", { id, text, at, from }));
    on(talk, "changed", () => this.#tellUnread());
    this.asks = {
      open: () => element.open(),
      close: () => element.close(),
      toggle: () => element.toggle(),
      identify: (identity) => this.#identify(identity),
      forget: () => element.forget().catch(() => {}),
      on: (name, listener) => this.#on(name, listener),
      push: (...calls) => calls.forEach((call) => this.#call(call)),
    };
  }

  /** Take the place of the array, and do what was asked meanwhile. */
  open() {
    const waiting = Array.isArray(window.AllEars) ? window.AllEars : [];
    window.AllEars = Object.freeze(this.asks);
    this.asks.push(...waiting);
    this.#tell("ready");
  }

  #call([name, ...given]) {
    if (name !== "push" && Object.hasOwn(this.asks, name)) this.asks[name](...given);
  }

  #on(name, listener) {
    if (!EVENTS.includes(name)) throw new TypeError(`AllEars: ${name}?`);
    this.#heard[name].push(listener);
    if (name === "ready" && this.#last.ready) listener();
    return () => this.#heard[name].splice(this.#heard[name].indexOf(listener), 1);
  }

  #identify({ id, hash, name = "", email = "" }) {
    const { visitor } = this.talk;
    const isNews = visitor.identify({ id: String(id), hash, name, email });
    if (isNews && (visitor.hasToken || this.element.isOpen)) this.talk.startAgain();
    else if (isNews) this.talk.changed();
  }

  #tellUnread() {
    const { unread } = this.talk;
    if (unread === (this.#last.unread ?? 0)) return;
    this.#last.unread = unread;
    this.#tell("unread", unread);
  }

  #tell(name, ...facts) {
    this.#last[name] ??= true;
    for (const listener of [...this.#heard[name]]) {
      try {
        listener(...facts);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
