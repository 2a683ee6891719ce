// One strip above the field to write in: no connection, where to reach you, a copy by mail, forget this browser.
import { make } from "./dom.js";
import { field, form, wordsButton } from "./forms.js";
import { say } from "./languages.js";
import { isAway } from "./presence.js";

export class Strip {
  element = make("div.strip", { hidden: true });
  #asked = "";
  #shown = "";
  #isEnough = false;

  constructor(talk, forget) {
    Object.assign(this, { talk, forget });
  }

  /** Whoever has said no is not asked again. */
  askNoMore() {
    this.#isEnough = true;
    this.ask("");
  }

  /** Show one of: transcript, forget; "" for what the moment asks for. */
  ask(name) {
    this.#asked = name;
    this.#shown = "";
    this.render();
    this.element.querySelector("input, button")?.focus();
  }

  render() {
    const name = this.#asked || this.#ofTheMoment();
    this.element.hidden = !name;
    if (name === this.#shown) return;
    this.#shown = name;
    this.element.replaceChildren(...(name ? this[`_${name}`]() : []));
  }

  #ofTheMoment() {
    const { talk } = this;
    if (talk.isRefused) return "refused";
    if (talk.isLost) return "lost";
    if (talk.isTalking && isAway(talk.config) && talk.config.ask.email && !talk.visitor.email && !this.#isEnough) return "email";
    return talk.status === "solved" || talk.status === "closed" ? "solved" : "";
  }

  #says(name, facts) {
    return make("p", { role: "status" }, say(name, facts));
  }

  _lost = () => [this.#says("lost")];
  _refused = () => [this.#says("refused")];
  _solved = () => [this.#says("solved")];

  _email = () => {
    const enough = wordsButton(say("not_needed"), () => this.askNoMore());
    return [make("p", {}, say("email_intro")), this.#mailForm(say("save"), (email) => this.#introduce(email), enough)];
  };

  _transcript = () => {
    const send = (email) => this.talk.server.ask("transcript", { email });
    return [make("p", {}, say("transcript_intro")), this.#mailForm(say("send"), send, this.#cancel(), "transcript_sent")];
  };

  _forget = () => {
    const yes = make("button.primary", { onclick: () => this.#forgetNow() }, say("forget_now"));
    return [make("p", {}, say("forget_intro")), make("div.buttons", {}, yes, this.#cancel())];
  };

  #cancel() {
    return wordsButton(say("cancel"), () => this.ask(""));
  }

  #mailForm(submit, deed, other, then = "email_saved") {
    const mail = field("email", { type: "email", autocomplete: "email", required: true, maxLength: 254, value: this.talk.visitor.email });
    return form({ fields: [mail], submit, others: [other], done: ({ email }) => this.#try(() => deed(email), then, { email }) });
  }

  async #try(deed, then, facts) {
    try {
      await deed();
      this.element.replaceChildren(this.#says(then, facts));
      this.#asked = "";
    } catch (error) {
      const said = make("p.wrong", { role: "alert" }, error.message || say("not_now"));
      this.element.querySelector("[role=alert]")?.remove();
      this.element.append(said);
    }
  }

  async #introduce(email) {
    this.talk.visitor.introduce("", email);
    await this.talk.visitor.tellDetails();
    this.#shown = "";
  }

  async #forgetNow() {
    await this.#try(() => this.forget(), "forgotten");
  }
}
