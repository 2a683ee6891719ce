// The open conversation: begins at its newest message, brings in what happens, and says when something is below.

import { fetchPart, mergeTimeline, replaceChanged } from "./merge.js";

const NEAR = 80;
const PAUSE = 120;

class ConversationView extends HTMLElement {
  #timer;
  #newer;

  connectedCallback() {
    this.#newer = this.querySelector(".newer");
    this.#newer.addEventListener("click", () => this.#toEnd("smooth"));
    this.addEventListener("scroll", this.#scrolled, { passive: true });
    document.addEventListener("live:changes", this.#changed);
    document.addEventListener("live:resync", this.#refreshSoon);
    document.addEventListener("desk-changed", this.#verbDone);
    this.#toEnd();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    document.removeEventListener("live:changes", this.#changed);
    document.removeEventListener("live:resync", this.#refreshSoon);
    document.removeEventListener("desk-changed", this.#verbDone);
  }

  #isAtEnd() {
    return this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
  }

  #toEnd(behavior = "instant") {
    this.scrollTo({ top: this.scrollHeight, behavior });
  }

  #scrolled = () => {
    if (this.#isAtEnd()) this.#newer.hidden = true;
  };

  #changed = ({ detail }) => {
    const mine = Number(this.dataset.conversation);
    if (detail.events.some((event) => event.conversation === mine)) this.#refreshSoon();
  };

  #verbDone = ({ detail }) => {
    if (detail.conversation === Number(this.dataset.conversation)) this.#refreshSoon();
  };

  #refreshSoon = () => {
    this.#timer ??= setTimeout(this.#refresh, PAUSE);
  };

  #refresh = async () => {
    this.#timer = undefined;
    let part;
    try {
      part = await fetchPart(this.dataset.url);
    } catch {
      return;
    }
    if (!this.isConnected) return;
    const wasAtEnd = this.#isAtEnd();
    const head = document.getElementById("conversation-head");
    const menu = head.querySelector("details[open]");
    if (menu) menu.addEventListener("toggle", this.#refreshSoon, { once: true });
    else replaceChanged(head, part.getElementById("conversation-head"));
    for (const id of ["machine", "context-visitor", "context-channel"]) {
      const [old, fresh] = [document.getElementById(id), part.getElementById(id)];
      if (old && fresh) replaceChanged(old, fresh);
    }
    const added = mergeTimeline(this.querySelector("#timeline"), part.getElementById("timeline"));
    if (wasAtEnd) this.#toEnd();
    else if (added) this.#newer.hidden = false;
  };
}

customElements.define("conversation-view", ConversationView);
