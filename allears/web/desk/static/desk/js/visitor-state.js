// What a chat's visitor does just now: here or gone, writing, and whether our last answer was seen.

const WRITING_FOR = 8_000;

class VisitorState extends HTMLElement {
  #timer;

  connectedCallback() {
    document.addEventListener("live:visitor", this.#heard);
    document.addEventListener("live:changes", this.#changed);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    document.removeEventListener("live:visitor", this.#heard);
    document.removeEventListener("live:changes", this.#changed);
  }

  #isMine(conversations) {
    return conversations.includes(Number(this.dataset.conversation));
  }

  #heard = ({ detail }) => {
    if (!this.#isMine(detail.conversations)) return;
    if ("is_here" in detail && this.dataset.here) this.dataset.here = detail.is_here ? "yes" : "no";
    if ("seen_until" in detail && this.dataset.seen) {
      this.dataset.seen = detail.seen_until >= Number(this.dataset.last) ? "yes" : "no";
    }
    if ("is_typing" in detail) this.#write(detail.is_typing);
  };

  #changed = ({ detail }) => {
    const lines = detail.events.filter((event) => event.kind === "message.received");
    if (this.#isMine(lines.map((event) => event.conversation))) this.#write(false);
  };

  #write(isWriting) {
    clearTimeout(this.#timer);
    this.toggleAttribute("data-typing", isWriting);
    if (isWriting) this.#timer = setTimeout(() => this.#write(false), WRITING_FOR);
  }
}

customElements.define("visitor-state", VisitorState);
