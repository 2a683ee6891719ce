// Small signs to the desk: the visitor is writing, the visitor has read. A sign that is lost does no harm.

const TELL_TYPING_EVERY = 3_000;

export class Signs {
  #typedAt = 0;

  constructor(talk) {
    this.talk = talk;
  }

  typing(isTyping) {
    const now = Date.now();
    if (!this.talk.isTalking || (isTyping ? now - this.#typedAt < TELL_TYPING_EVERY : !this.#typedAt)) return;
    this.#typedAt = isTyping ? now : 0;
    this.#tell("typing", { is_typing: isTyping });
  }

  /** What was said is before the person's eyes. */
  seen() {
    const last = this.talk.messages.lastOfOurs();
    if (!last || !this.talk.unread) return;
    this.talk.set("unread", 0);
    this.talk.tabs.tell("read");
    this.#tell("seen", { until: last.id });
  }

  #tell(path, facts) {
    this.talk.server.ask(path, facts).catch(() => {});
  }
}
