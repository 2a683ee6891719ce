// Selecting rows: X, Shift+X, a click with Shift, Ctrl+A for the page, and all that match; the bar says what can be done.

import { fetchPart } from "./merge.js";

class BulkBar extends HTMLElement {
  #form;
  #all;
  #queue;
  #last;
  #matching = 0;

  connectedCallback() {
    this.#queue = this.closest(".queue");
    this.#form = this.querySelector("form");
    this.#all = this.#form.elements.all;
    this.querySelector("[data-take=choose]").hidden = true;
    this.querySelector("[data-take=none]").hidden = false;
    this.#queue.addEventListener("change", this.#changed);
    this.#queue.addEventListener("click", this.#clicked);
    this.addEventListener("click", this.#took);
    this.#form.addEventListener("htmx:beforeRequest", this.#sent);
    document.addEventListener("key", this.#keyed);
    document.addEventListener("bulk-changed", this.#told);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("key", this.#keyed);
    document.removeEventListener("bulk-changed", this.#told);
  }

  #boxes() {
    return [...this.#queue.querySelectorAll(".row-select")];
  }

  #chosen() {
    return this.#boxes().filter((box) => box.checked);
  }

  #changed = (event) => {
    if (!event.target.matches(".row-select")) return;
    this.#takeAll(false);
    this.#last = event.target;
    this.#show();
  };

  #clicked = (event) => {
    if (event.shiftKey && event.target.matches?.(".row-select")) this.#range(event.target, event.target.checked);
  };

  #range(to, isOn) {
    const boxes = this.#boxes();
    const ends = [boxes.indexOf(this.#last), boxes.indexOf(to)].sort((one, other) => one - other);
    for (const box of boxes.slice(Math.max(ends[0], 0), ends[1] + 1)) box.checked = isOn;
    this.#last = to;
    this.#show();
  }

  #keyed = (event) => {
    const does = { select: this.#toggle, "select-range": this.#reach, "select-page": this.#page, leave: this.#leave };
    if (does[event.detail.does]?.(event)) event.preventDefault();
  };

  #current() {
    const open = this.#queue.querySelector('.row > a[aria-current="true"]') ?? this.#queue.querySelector(".row > a");
    return (document.activeElement?.closest?.(".row") ?? open?.parentElement)?.querySelector(".row-select");
  }

  #toggle = () => {
    const box = this.#current();
    box?.click();
    return Boolean(box);
  };

  #reach = () => {
    const box = this.#current();
    if (box) this.#range(box, true);
    return Boolean(box);
  };

  #page = () => {
    if (!this.#queue.contains(document.activeElement) && document.activeElement !== document.body) return false;
    for (const box of this.#boxes()) box.checked = true;
    this.#show();
    return true;
  };

  #leave = (event) => {
    const isElsewhere = event.detail.cause.target.matches?.("input[type=search], textarea") || document.querySelector("drop-menu > details[open]");
    if (isElsewhere || this.#chosen().length === 0) return false;
    this.#clear();
    return true;
  };

  #took = (event) => {
    const take = event.target.closest("[data-take]")?.dataset.take;
    if (take === "none") this.#clear();
    else if (take === "back") this.querySelector("#bulk-answer").replaceChildren();
    else if (take === "all") {
      for (const box of this.#boxes()) box.checked = true;
      this.#takeAll(true);
      this.#show();
    }
  };

  #takeAll(isAll) {
    this.#all.value = isAll ? "1" : "";
    this.querySelector("#bulk-answer").replaceChildren();
  }

  #clear() {
    for (const box of this.#chosen()) box.checked = false;
    this.#takeAll(false);
    this.#show();
  }

  #show() {
    const count = this.#chosen().length;
    const isAll = this.#all.value === "1";
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const words = isAll ? this.dataset.allWords : this.dataset.words;
    this.querySelector("[role=status]").textContent = count ? words.replace("#", number.format(isAll ? this.#matching : count)) : "";
    const all = this.querySelector("[data-take=all]");
    all.hidden = isAll || count < this.#boxes().length || this.#matching <= count;
    all.textContent = all.dataset.words.replace("#", number.format(this.#matching));
    if (count && !this.querySelector(".bulk-verbs")) this.#fetchVerbs();
  }

  async #fetchVerbs() {
    const { view, query } = this.#form.elements;
    const asked = new URLSearchParams({ view: view.value, query: query.value });
    const part = await fetchPart(`${this.dataset.url}?${asked}`).catch(() => null);
    const verbs = part?.querySelector(".bulk-verbs");
    if (!verbs || !this.isConnected || this.querySelector(".bulk-verbs")) return;
    this.#matching = Number(verbs.dataset.matching);
    this.querySelector("#bulk-verbs").replaceChildren(document.adoptNode(verbs));
    this.#show();
  }

  #sent = () => {
    for (const menu of this.querySelectorAll("details[open]")) menu.open = false;
  };

  #told = ({ detail }) => {
    this.#clear();
    if (detail.is_ended) window.htmx.ajax("GET", this.dataset.here, { target: "#queue", swap: "outerHTML" });
  };
}

customElements.define("bulk-bar", BulkBar);
