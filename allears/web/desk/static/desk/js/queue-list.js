// The queue while it is open: rows change where they stand, new ones wait behind "Show 3 new", J and K move.

import { fetchPart, replaceChanged } from "./merge.js";

const PAUSE = 250;
const MOST = 100;

class QueueList extends HTMLElement {
  #touched = new Set();
  #new = new Set();
  #timer;

  connectedCallback() {
    document.addEventListener("live:changes", this.#changed);
    document.addEventListener("live:resync", this.#resync);
    document.addEventListener("live:presence", this.#present);
    document.addEventListener("key", this.#keyed);
    document.addEventListener("desk-changed", this.#verbDone);
    document.addEventListener("htmx:afterSettle", this.#settled);
    for (const [id, state] of Object.entries(JSON.parse(this.dataset.presence || "{}"))) this.#mark(id, state);
    this.#restore();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    document.removeEventListener("live:changes", this.#changed);
    document.removeEventListener("live:resync", this.#resync);
    document.removeEventListener("live:presence", this.#present);
    document.removeEventListener("key", this.#keyed);
    document.removeEventListener("desk-changed", this.#verbDone);
    document.removeEventListener("htmx:afterSettle", this.#settled);
  }

  #rows() {
    return [...this.querySelectorAll(".row")];
  }

  #row(id) {
    return this.querySelector(`.row[data-key="${id}"]`);
  }

  #place() {
    return `queue:${location.pathname.split("/")[2]}${location.search}`;
  }

  #restore() {
    const top = sessionStorage.getItem(this.#place());
    if (top) this.scrollTop = Number(top);
    this.addEventListener("scroll", () => sessionStorage.setItem(this.#place(), this.scrollTop), { passive: true });
  }

  #changed = ({ detail }) => {
    for (const event of detail.events) if (event.conversation) this.#touch(event.conversation);
  };

  #verbDone = ({ detail }) => {
    this.#touch(detail.conversation);
  };

  #resync = () => {
    for (const row of this.#rows().slice(0, MOST)) this.#touch(row.dataset.key);
  };

  #touch(id) {
    this.#touched.add(String(id));
    this.#timer ??= setTimeout(this.#refresh, PAUSE);
  }

  #refresh = async () => {
    const ids = [...this.#touched].slice(-MOST);
    this.#touched.clear();
    this.#timer = undefined;
    try {
      const part = await fetchPart(`${this.dataset.rows}${ids.join(",")}`);
      if (!this.isConnected) return;
      for (const id of ids) this.#bring(id, part.querySelector(`.row[data-key="${id}"]`));
      for (const count of part.querySelectorAll("[data-count]")) this.#count(count.dataset.count, count.textContent);
    } catch {
      for (const id of ids) this.#touched.add(id);
    }
    this.#offer();
  };

  #bring(id, fresh) {
    const row = this.#row(id);
    if (row && !fresh) row.dataset.gone = "";
    else if (row) this.#update(row, fresh);
    else if (fresh && !this.hasAttribute("data-search")) this.#new.add(id);
    else this.#new.delete(id);
  }

  #update(row, fresh) {
    delete row.dataset.gone;
    const link = fresh.querySelector("a");
    const isCurrent = row.querySelector("a").getAttribute("aria-current");
    link.href = row.querySelector("a").getAttribute("href");
    if (isCurrent) link.setAttribute("aria-current", isCurrent);
    fresh.querySelector(".row-select").checked = row.querySelector(".row-select").checked;
    if (row.dataset.presence) fresh.dataset.presence = row.dataset.presence;
    const isFocused = row.contains(document.activeElement);
    if (replaceChanged(row, fresh) && isFocused) this.#row(fresh.dataset.key).querySelector("a").focus();
  }

  #count(name, text) {
    for (const shown of document.querySelectorAll(`.rail [data-count="${name}"]`)) shown.textContent = text;
  }

  #offer() {
    const link = this.closest(".queue").querySelector(".arrivals > a");
    const count = this.#new.size;
    link.hidden = count === 0;
    link.textContent = count === 1 ? link.dataset.one : link.dataset.many.replace("#", count);
  }

  #present = ({ detail }) => {
    const others = detail.members.filter((member) => member.id !== Number(this.dataset.me));
    const states = others.map((member) => member.state);
    this.#mark(detail.conversation, states.includes("replying") ? "replying" : states[0]);
  };

  #mark(id, state) {
    const row = this.#row(id);
    if (state && row) row.dataset.presence = state;
    else if (row) delete row.dataset.presence;
  }

  #settled = () => {
    const path = location.pathname;
    for (const link of this.querySelectorAll(".row > a")) {
      if (link.pathname === path) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };

  #keyed = (event) => {
    const step = { next: 1, previous: -1 }[event.detail.does];
    if (!step) return;
    event.preventDefault();
    const links = this.#rows().map((row) => row.querySelector("a"));
    const current = links.indexOf(document.activeElement.closest?.(".row > a")) + 1 || links.findIndex((a) => a.ariaCurrent) + 1;
    const link = links[Math.min(Math.max(current - 1 + step, 0), links.length - 1)];
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
    const isOpen = document.querySelector('#workspace[data-shows="conversation"]');
    if (isOpen || event.detail.opens) link?.click();
  };
}

customElements.define("queue-list", QueueList);
