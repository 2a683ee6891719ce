// What was said, oldest first, each message once.

/** A message's name on this page: the one its writer gave it, else the desk's. */
export function keyOf(message) {
  return message.client_id || message.id;
}

export class Messages {
  list = [];
  earlier = "";

  /** Keep a message; say whether it is new here. */
  keep(message) {
    const at = this.list.findIndex((one) => keyOf(one) === keyOf(message) || one.id === message.id);
    if (at >= 0) this.list[at] = { ...this.list[at], ...message };
    else this.list.push(message);
    return at < 0;
  }

  /** Put what was said before in front. */
  addEarlier({ messages, earlier }) {
    const known = new Set(this.list.map(keyOf));
    this.list.unshift(...messages.filter((message) => !known.has(keyOf(message))));
    this.earlier = earlier;
  }

  /** Take over what the desk says was said last; what is older is asked for when it is wanted. */
  renew(newest, earlier) {
    const isFirst = !this.list.length;
    const joins = newest.some((message) => this.list.some((one) => one.id === message.id));
    if (!isFirst && !joins && newest.length) this.list = [];
    if (!joins) this.earlier = earlier;
    for (const message of newest) this.keep(message);
  }

  lastOfOurs() {
    return [...this.list].reverse().find((message) => message.is_ours);
  }

  /** Say up to which of the visitor's messages the desk has read, by its key. */
  lastRead(until) {
    const at = this.list.findIndex((message) => message.id === until);
    return at < 0 ? undefined : [...this.list.slice(0, at + 1)].reverse().find((message) => !message.is_ours);
  }
}
