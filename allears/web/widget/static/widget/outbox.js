// What was written and is not yet known to be kept: in the browser's storage until the desk has it for good.
// A line's id is its own from the first moment, so sending it twice is still one line. What the desk has kept stays
// here until it comes back as a message, so that a reload in between shows it.
import { newId } from "./dom.js";
import { pauseAfter } from "./server.js";
import { alone } from "./tabs.js";

const NAME = "line:";
const COMES_BACK_WITHIN = 3_600_000;

export class Outbox {
  #store;
  #send;
  #changed;
  #lock;
  #failures = 0;
  #timer;
  #sending = "";

  /** `send(line)` sends one, `changed()` is told of every change. */
  constructor(store, key, send, changed) {
    this.#store = store;
    this.#lock = `allears:${key}:outbox`;
    this.#send = send;
    this.#changed = changed;
  }

  /** List the lines, oldest first, each with its state: sending, waiting, kept or refused (with why). */
  lines() {
    const kept = this.#store.names(NAME).map((name) => this.#store.get(name)).filter(Boolean);
    return kept.sort((a, b) => a.order - b.order).map((line) => ({ ...line, state: this.#stateOf(line) }));
  }

  #stateOf(line) {
    if (line.why !== undefined) return "refused";
    if (line.kept) return "kept";
    return this.#failures && line.id !== this.#sending ? "waiting" : "sending";
  }

  add(text, files) {
    const now = new Date();
    const line = { id: newId(), text, files, at: now.toISOString(), order: now.getTime() };
    this.#store.set(NAME + line.id, line);
    this.#changed();
    this.flush();
  }

  /** Take a line out: it came back as a message, or its writer wants it back. */
  drop(id) {
    const line = this.#store.get(NAME + id);
    if (line) {
      this.#store.remove(NAME + id);
      this.#changed();
    }
    return line;
  }

  /** Take out what came back with these messages, and what should have long since. */
  settle(messages) {
    for (const { client_id: id } of messages) this.drop(id);
    for (const line of this.lines()) {
      if (line.kept && Date.now() - line.order > COMES_BACK_WITHIN) this.drop(line.id);
    }
  }

  /** Send what waits, in order, in one tab at a time. */
  async flush() {
    clearTimeout(this.#timer);
    await alone(this.#lock, () => this.#flush());
  }

  async #flush() {
    for (const line of this.lines().filter(({ why, kept }) => why === undefined && !kept)) {
      this.#sending = line.id;
      try {
        await this.#send(line);
        this.#failures = 0;
        // The stream may have been quicker.
        if (this.#store.get(NAME + line.id)) this.#store.set(NAME + line.id, { ...line, kept: true });
      } catch (error) {
        if (!error.isFinal) return this.#tryLater(error.retryAfter);
        this.#store.set(NAME + line.id, { ...line, why: error.message });
      } finally {
        this.#sending = "";
      }
      this.#changed();
    }
    return undefined;
  }

  #tryLater(seconds) {
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), seconds ? seconds * 1_000 : pauseAfter(this.#failures));
    this.#changed();
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
