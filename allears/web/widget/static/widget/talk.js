// One visitor's talk with the desk: what was said, what is on its way, what comes in. It knows no element.
import { hear } from "./hearing.js";
import { Messages } from "./messages.js";
import { Outbox } from "./outbox.js";
import { pauseAfter } from "./server.js";
import { Signs } from "./signs.js";
import { Stream } from "./stream.js";
import { Tabs } from "./tabs.js";
import { pageHere } from "./visitor.js";

export class Talk extends EventTarget {
  messages = new Messages();
  unread = 0;
  status = "";
  seenUntil = "";
  typing = "";
  isLost = false;
  isRefused = false;
  signs = new Signs(this);
  #begun;
  #failures = 0;
  #againTimer;

  constructor(visitor, key) {
    super();
    Object.assign(this, { visitor, server: visitor.server, store: visitor.store, config: visitor.config });
    this.outbox = new Outbox(this.store, key, (line) => this.#send(line), () => this.changed());
    this.stream = new Stream((id, signal) => this.#listen(id, signal), (...heard) => this.#pass(...heard));
    this.tabs = new Tabs(`allears:${key}`, (...heard) => hear(this, ...heard));
  }

  get isTalking() {
    return this.messages.list.length > 0 || this.outbox.lines().length > 0;
  }

  /** Greet the desk, once; what is already said comes back. It is tried until the desk answers. */
  begin() {
    this.#begun ??= this.#greet().catch((error) => {
      this.#begun = undefined;
      this.isRefused = error.isFinal;
      this.set("isLost", true);
      if (!error.isFinal) this.#againTimer = setTimeout(() => this.begin().catch(() => {}), pauseAfter((this.#failures += 1)));
      throw error;
    });
    return this.#begun;
  }

  async #greet() {
    clearTimeout(this.#againTimer);
    const said = await this.visitor.greet();
    this.#failures = 0;
    this.messages.renew(said.messages, said.earlier);
    this.outbox.settle(said.messages);
    const { unread, conversation, seen_until: seenUntil = "" } = said;
    Object.assign(this, { unread, seenUntil, status: conversation?.status || "", isLost: false });
    this.stream.lastId ||= String(said.last_event_id ?? "");
    this.changed();
    if (this.isTalking) this.listen();
    this.outbox.flush();
  }

  // Who only looked in once needs no line.
  listen() {
    this.tabs.join(() => this.stream.start());
  }

  rest() {
    this.stream.stop();
    this.tabs.leave();
    this.outbox.stop();
    clearTimeout(this.#againTimer);
    this.#begun = undefined;
  }

  retry() {
    this.stream.retry();
    if (this.#begun) this.outbox.flush();
    else this.begin().catch(() => {});
  }

  write(text, files) {
    this.outbox.add(text, files);
    this.tabs.tell("changed");
  }

  async #send(line) {
    try {
      await this.begin();
      await this.visitor.tellDetails();
      const files = line.files.map((file) => file.id);
      await this.server.ask("lines", { id: line.id, text: line.text, files, page: pageHere() });
      this.tabs.tell("changed");
    } catch (error) {
      if (error.status === 401) this.forgotten();
      throw error;
    }
  }

  async loadEarlier() {
    this.messages.addEarlier(await this.server.ask(`messages?before=${encodeURIComponent(this.messages.earlier)}`));
    this.changed();
  }

  #listen(lastId, signal) {
    const headers = { Accept: "text/event-stream", ...(lastId ? { "Last-Event-ID": lastId } : {}) };
    return this.server.fetch("live", { headers, signal });
  }

  #pass(...heard) {
    hear(this, ...heard);
    this.tabs.tell(...heard);
  }

  renew() {
    this.#begun = undefined;
    return this.begin().catch(() => {});
  }

  /** The desk no longer knows this browser: begin anew, and lose nothing that waits. */
  forgotten() {
    this.store.remove("token");
    this.server.token = "";
    this.startAgain();
  }

  startAgain() {
    this.reset();
    return this.begin().catch(() => {});
  }

  reset() {
    this.rest();
    this.stream.lastId = "";
    this.messages = new Messages();
    Object.assign(this, { unread: 0, status: "", seenUntil: "", typing: "" });
    this.changed();
  }

  set(name, value) {
    if (this[name] === value) return;
    this[name] = value;
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("changed"));
  }
}
