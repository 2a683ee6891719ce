// Keeps every <time data-relative> true while the page is open, and tells its moment in the reader's own zone.

const WORDS = document.querySelector('meta[name="time-words"]').content.split("|");
const MINUTE = 60;
const STEPS = [
  [MINUTE, 0],
  [60 * MINUTE, 1],
  [24 * 60 * MINUTE, 2],
  [7 * 24 * 60 * MINUTE, 3],
];
const LENGTHS = [1, MINUTE, 60 * MINUTE, 24 * 60 * MINUTE];

class LiveClock extends HTMLElement {
  #timer;
  #full = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });

  connectedCallback() {
    this.#timer = setInterval(() => this.#refresh(document), 20_000);
    document.addEventListener("pointerover", this.#tell);
    document.addEventListener("htmx:load", this.#settle);
    this.#refresh(document);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("pointerover", this.#tell);
    document.removeEventListener("htmx:load", this.#settle);
  }

  #settle = (event) => this.#refresh(event.target);

  #tell = (event) => {
    const time = event.target.closest?.("time[datetime]:not([data-told])");
    if (!time) return;
    time.title = this.#full.format(new Date(time.dateTime));
    time.dataset.told = "";
  };

  #refresh(root) {
    for (const time of root.querySelectorAll("time[data-relative]")) {
      const age = (Date.now() - Date.parse(time.dateTime)) / 1000;
      const step = STEPS.find(([limit]) => age < limit);
      if (!step) continue;
      const text = WORDS[step[1]].replace("#", Math.floor(age / LENGTHS[step[1]]));
      if (time.textContent !== text) time.textContent = text;
    }
  }
}

customElements.define("live-clock", LiveClock);
