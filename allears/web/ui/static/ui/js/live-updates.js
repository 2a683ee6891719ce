// One line to the server for all tabs of a browser. The tab that holds the lock keeps the EventSource, which resumes
// by itself from the last event's id, and passes what it hears to the others.
// Says on document: live:changes {events}, live:presence {…}, live:visitor {…}, live:resync; sets data-line on <html>.

const NAMES = ["changes", "presence", "visitor", "resync"];
const LOST_AFTER = 4_000;

class LiveUpdates extends HTMLElement {
  #source;
  #lostTimer;
  #release = () => {};
  #tabs = "BroadcastChannel" in window ? new BroadcastChannel("live") : null;

  connectedCallback() {
    this.#tabs?.addEventListener("message", this.#overheard);
    addEventListener("offline", this.#lost);
    addEventListener("online", this.#again);
    addEventListener("pagehide", this.#close);
    addEventListener("pageshow", this.#shown);
    this.#begin();
  }

  disconnectedCallback() {
    this.#close();
    this.#tabs?.close();
    removeEventListener("offline", this.#lost);
    removeEventListener("online", this.#again);
    removeEventListener("pagehide", this.#close);
    removeEventListener("pageshow", this.#shown);
  }

  #begin() {
    if (!navigator.locks || !this.#tabs) {
      this.#open();
      return;
    }
    let isFirst = true;
    navigator.locks.request("live", { ifAvailable: true }, (lock) => (lock ? this.#lead(isFirst) : undefined)).then(() => {
      isFirst = false;
      this.#tabs.postMessage({ name: "ask" });
      if (!this.#source && this.isConnected) navigator.locks.request("live", () => this.#lead(isFirst));
    });
  }

  #lead(isFirst) {
    if (!this.isConnected) return undefined;
    this.#open();
    // What was told between two leaders may have been missed.
    if (!isFirst) this.#say("resync", {});
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  #open() {
    this.#source = new EventSource(this.getAttribute("src"));
    this.#source.addEventListener("open", this.#found);
    this.#source.addEventListener("error", this.#broken);
    for (const name of NAMES) {
      this.#source.addEventListener(name, (event) => {
        const data = JSON.parse(event.data);
        this.#tabs?.postMessage({ name, data });
        this.#say(name, data);
      });
    }
  }

  #close = () => {
    this.#source?.close();
    this.#source = undefined;
    this.#release();
  };

  #shown = (event) => {
    if (event.persisted) location.reload();
  };

  #overheard = ({ data }) => {
    if (data.name === "line") this.#mark(data.data);
    else if (data.name === "ask") this.#answer();
    else this.#say(data.name, data.data);
  };

  // A tab that was opened later asks whoever leads how the line is.
  #answer() {
    const { line } = document.documentElement.dataset;
    if (this.#source && line) this.#tabs?.postMessage({ name: "line", data: line });
  }

  #say(name, detail) {
    document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
  }

  #found = () => {
    clearTimeout(this.#lostTimer);
    this.#lostTimer = undefined;
    this.#tabs?.postMessage({ name: "line", data: "held" });
    this.#mark("held");
  };

  #broken = () => {
    this.#lostTimer ??= setTimeout(this.#lost, LOST_AFTER);
    if (this.#source?.readyState === EventSource.CLOSED) setTimeout(this.#again, 5_000);
  };

  #lost = () => {
    this.#tabs?.postMessage({ name: "line", data: "lost" });
    this.#mark("lost");
  };

  #again = () => {
    if (!this.#source) return;
    if (this.#source.readyState === EventSource.OPEN) this.#found();
    else if (this.#source.readyState === EventSource.CLOSED) this.#open();
    this.#say("resync", {});
  };

  #mark(state) {
    const { dataset } = document.documentElement;
    if (dataset.line === state) return;
    dataset.line = state;
    document.dispatchEvent(new CustomEvent("live:line", { detail: { state } }));
  }
}

customElements.define("live-updates", LiveUpdates);
