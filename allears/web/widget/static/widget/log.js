// The talk as it stands: greeting, what was said, what is on its way; whoever reads above is not moved.
import { make, mark, on } from "./dom.js";
import { dayOf, say } from "./languages.js";
import { makeLine, touchLine } from "./line.js";
import { keyOf } from "./messages.js";

const GROUP_FOR = 5 * 60_000;
const NEAR = 60;

export class Log {
  #lines = new Map();
  #list = make("div", { role: "log", className: "log", "aria-label": say("conversation"), "aria-relevant": "additions" });
  #earlier = make("button.quiet", { hidden: true, onclick: () => this.#showEarlier() }, say("earlier"));
  #typing = make("div.typing", { hidden: true }, make("i"), make("i"), make("i"), make("span"));
  #newest = make("button.newest", { hidden: true, onclick: () => this.toEnd() }, say("new_below"));
  #scroller = make("div.scroller", { tabIndex: 0, role: "region", "aria-label": say("conversation") }, this.#earlier, this.#list, this.#typing);
  element = make("div.log-frame", {}, this.#scroller, this.#newest);

  constructor(talk, takeBack) {
    Object.assign(this, { talk, takeBack });
    on(this.#scroller, "scroll", () => this.#scrolled());
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.#scroller);
  }

  isAtEnd = true;

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  render() {
    const { talk } = this;
    this.#earlier.hidden = !talk.messages.earlier;
    const entries = this.#entries();
    const keys = new Set(entries.map((entry) => entry.key));
    for (const [key, line] of this.#lines) {
      if (!keys.has(key)) this.#drop(key, line);
    }
    let isOwnNew = false;
    for (const [at, entry] of entries.entries()) {
      const isNew = this.#place(entry, at, entries);
      isOwnNew ||= isNew && entry.side === "mine";
    }
    this.#showTyping(talk.typing);
    if (this.isAtEnd || isOwnNew) this.toEnd();
  }

  /** Offer the way to what just came in, should the reader be elsewhere. */
  announce() {
    this.#newest.hidden = this.isAtEnd;
  }

  #entries() {
    const { brand } = this.talk.config;
    const { messages, outbox, seenUntil } = this.talk;
    const greeting = { key: "greeting", side: "theirs", message: { from: { name: brand.name }, text: brand.greeting || say("greeting") } };
    const said = messages.list.map((message) => ({ key: keyOf(message), side: message.is_ours ? "theirs" : "mine", message }));
    const waiting = outbox.lines().map((line) => {
      return { key: line.id, side: "mine", state: line.state, why: line.why, message: { ...line, from: { name: "" } } };
    });
    const lastOwn = [...said, ...waiting].reverse().find((entry) => entry.side === "mine" && (!entry.state || entry.state === "kept"));
    if (lastOwn) lastOwn.state = messages.lastRead(seenUntil)?.id === lastOwn.message.id ? "seen" : "sent";
    return [...(messages.earlier ? [] : [greeting]), ...said, ...waiting];
  }

  #place(entry, at, entries) {
    const known = this.#lines.get(entry.key);
    const line = known || makeLine(entry, this.talk.server);
    this.#lines.set(entry.key, line);
    if (this.#list.children[at] !== line) this.#list.insertBefore(line, this.#list.children[at] || null);
    const [before, after] = [entries[at - 1], entries[at + 1]];
    const isFirst = !before || !belongTogether(before, entry);
    const isLast = !after || !belongTogether(entry, after);
    const takeOut = () => this.talk.outbox.drop(entry.key);
    touchLine(line, { ...entry, isFirst, isLast, startsDay: startsDay(before, entry) }, { edit: () => this.takeBack(takeOut()), remove: takeOut });
    return !known;
  }

  #drop(key, line) {
    line.remove();
    this.#lines.delete(key);
  }

  async #showEarlier() {
    const { scrollHeight, scrollTop } = this.#scroller;
    this.#earlier.disabled = true;
    this.#list.setAttribute("aria-live", "off");
    try {
      await this.talk.loadEarlier();
      this.render();
      this.#scroller.scrollTop = scrollTop + this.#scroller.scrollHeight - scrollHeight;
    } catch {
      // It stays there to be pressed again.
    }
    this.#earlier.disabled = false;
    setTimeout(() => this.#list.removeAttribute("aria-live"), 500);
  }

  #showTyping(name) {
    this.#typing.hidden = !name;
    this.#typing.lastChild.textContent = name ? say("typing", { name }) : "";
    mark(this.#typing, "data-on", Boolean(name));
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.isAtEnd) this.#newest.hidden = true;
  }
}

function belongTogether(one, other) {
  if (one.side !== other.side || one.message.from.name !== other.message.from.name || !one.message.at) return false;
  return new Date(other.message.at) - new Date(one.message.at) < GROUP_FOR && !startsDay(one, other);
}

function startsDay(before, { message }) {
  if (!message.at || !before) return false;
  return !before.message.at ? dayOf(new Date(message.at)) !== dayOf(new Date()) : dayOf(new Date(before.message.at)) !== dayOf(new Date(message.at));
}
