// The tabs of one browser stay in step: one of them holds the stream and passes on what it hears.
// Where locks are missing (a page without https) each tab holds a stream of its own.
import { on } from "./dom.js";

export class Tabs {
  #name;
  #hear;
  #channel;
  #stop;

  constructor(name, hear) {
    this.#name = name;
    this.#hear = hear;
  }

  /** Tell the other tabs. */
  tell(kind, ...data) {
    this.#channel?.postMessage({ kind, data });
  }

  /** Join the others; `lead` is called when it falls to this tab to hold the stream. */
  join(lead) {
    if (this.#stop) return;
    this.#stop = new AbortController();
    if ("BroadcastChannel" in window) {
      this.#channel = new BroadcastChannel(this.#name);
      on(this.#channel, "message", ({ data: { kind, data } }) => this.#hear(kind, ...data));
    }
    const { signal } = this.#stop;
    if (!navigator.locks || !this.#channel) lead();
    else this.#hold(lead, signal).catch(() => {});
  }

  #hold(lead, signal) {
    const held = () => new Promise((resolve) => {
      if (signal.aborted) resolve();
      on(signal, "abort", resolve);
      if (!signal.aborted) lead();
    });
    return navigator.locks.request(this.#name, { signal }, held);
  }

  leave() {
    this.#stop?.abort();
    this.#channel?.close();
    this.#stop = this.#channel = undefined;
  }
}

/** Do something while no other tab does the same. */
export async function alone(name, deed) {
  if (navigator.locks) await navigator.locks.request(name, deed);
  else await deed();
}
