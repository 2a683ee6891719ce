// Who writes: a token for this browser, made when the chat is first opened, and what the person told of themselves.

export class Visitor {
  name = "";
  email = "";
  #identity;

  constructor(server, store, config) {
    Object.assign(this, { server, store, config });
    server.token = store.get("token") || "";
    Object.assign(this, store.get("details"));
  }

  get hasToken() {
    return Boolean(this.server.token);
  }

  /** Greet the desk and return what it answers: messages, what is unread, how the conversation stands. */
  async greet() {
    const said = await this.server.ask("hello", {
      token: this.server.token || undefined,
      identity: this.#identity,
      page: pageHere(),
      language: this.config.language,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
    });
    this.server.token = said.token;
    this.store.set("token", said.token);
    if (this.#identity) this.store.set("who", this.#identity.id);
    this.name ||= said.visitor.name;
    this.email ||= said.visitor.email;
    await this.tellDetails();
    return said;
  }

  /** Take over who the site says this is; say whether that is somebody else than before. */
  identify(identity) {
    const before = this.store.get("who");
    const isOther = before !== undefined && before !== identity.id;
    if (isOther) this.drop();
    this.#identity = identity;
    return isOther || before === undefined;
  }

  /** Keep what a person says of themselves until the desk has it. */
  introduce(name, email) {
    this.name = name || this.name;
    this.email = email || this.email;
    this.store.set("details", { name: this.name, email: this.email });
  }

  async tellDetails() {
    const details = this.store.get("details");
    if (!details) return;
    await this.server.ask("details", details);
    this.store.remove("details");
  }

  /** Take the token that another tab was given. */
  share() {
    this.server.token = this.store.get("token") || "";
  }

  /** Forget whose browser this is, and all that was kept here. */
  drop() {
    this.store.clear();
    Object.assign(this, { name: "", email: "" });
    this.server.token = "";
    this.#identity = undefined;
  }
}

/** Where the visitor is just now; the part behind # is nobody's business. */
export function pageHere() {
  return { url: location.href.split("#")[0].slice(0, 2_000), title: document.title.slice(0, 200) };
}
