// What comes by the stream, or from another tab, and what follows from it.
const TYPING_LASTS = 8_000;
let typingEnds;

const HEARD = {
  message(talk, message) {
    talk.outbox.drop(message.client_id);
    const isNew = talk.messages.keep(message);
    if (message.is_ours && isNew) {
      talk.typing = "";
      talk.unread += 1;
      talk.dispatchEvent(new CustomEvent("arrived", { detail: message }));
    }
    talk.changed();
  },

  typing(talk, { is_typing: isTyping, name }) {
    clearTimeout(typingEnds);
    if (isTyping) typingEnds = setTimeout(() => talk.set("typing", ""), TYPING_LASTS);
    talk.set("typing", isTyping ? name || talk.config.brand.name : "");
  },

  seen(talk, { until }) {
    talk.set("seenUntil", until);
  },

  hours(talk, facts) {
    const { is_open: isOpen, opens_at: opensAt, ...others } = facts;
    Object.assign(talk.config, others, { hours: { ...talk.config.hours, is_open: isOpen, opens_at: opensAt } });
    talk.changed();
  },

  status(talk, { status }) {
    talk.set("status", status);
  },

  resync(talk) {
    talk.stream.lastId = "";
    talk.renew();
  },

  lost: (talk) => talk.set("isLost", true),
  found: (talk) => talk.set("isLost", false),
  unknown: (talk) => talk.forgotten(),

  // From other tabs.
  read: (talk) => talk.set("unread", 0),
  changed: (talk) => talk.changed(),
  forgot(talk) {
    talk.visitor.share();
    talk.reset();
  },
};

/** Take in one thing that was heard; a kind from a newer desk is let pass. */
export function hear(talk, name, data = {}, id = "") {
  if (id) talk.stream.lastId = id;
  HEARD[name]?.(talk, data);
}
