// Server-sent events over fetch, because an EventSource can't carry a token in a header.
// Resumes from the last event's id; a line that says nothing for too long is taken for dead.
import { pauseAfter } from "./server.js";

const SILENT_FOR = 70_000;
const SAY_LOST_AFTER = 2;

export class Stream {
  lastId = "";
  #open;
  #hear;
  #stop;
  #failures = 0;
  #timer;

  /** `open(lastId, signal)` asks for the stream, `hear(name, data, id)` is told what comes. */
  constructor(open, hear) {
    this.#open = open;
    this.#hear = hear;
  }

  start() {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#run(this.#stop.signal);
  }

  stop() {
    this.#stop?.abort();
    this.#stop = undefined;
    clearTimeout(this.#timer);
  }

  /** Try at once: the connection is there again. */
  retry() {
    if (!this.#stop || !this.#failures) return;
    this.stop();
    this.start();
  }

  async #run(signal) {
    try {
      const answer = await this.#open(this.lastId, signal);
      if (this.#failures >= SAY_LOST_AFTER) this.#hear("found");
      this.#failures = 0;
      await this.#read(answer.body.getReader(), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401) {
        this.#hear("unknown");
        return;
      }
      this.#failures += 1;
      if (this.#failures === SAY_LOST_AFTER) this.#hear("lost");
    }
    if (!signal.aborted) this.#timer = setTimeout(() => this.#run(signal), pauseAfter(this.#failures));
  }

  async #read(reader, signal) {
    const decoder = new TextDecoder();
    let rest = "";
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => reader.cancel().catch(() => {}), SILENT_FOR);
    };
    try {
      for (alive(); !signal.aborted; alive()) {
        const { value, done } = await reader.read();
        if (done) return;
        const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r\n\r\n|\n\n|\r\r/);
        rest = blocks.pop();
        for (const block of blocks) this.#tell(block);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  #tell(block) {
    const event = { name: "message", data: [] };
    for (const line of block.split(/\r\n|\r|\n/)) {
      const [, field, value] = /^(\w*): ?(.*)$/.exec(line) || [];
      if (field === "data") event.data.push(value);
      else if (field === "event") event.name = value;
      else if (field === "id") event.id = value;
    }
    if (event.id) this.lastId = event.id;
    if (event.data.length) this.#hear(event.name, JSON.parse(event.data.join("\n")), event.id);
  }
}
