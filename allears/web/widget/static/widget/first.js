// Before the first line: asked for by the channel, or because nobody is there and the answer goes by mail.
import { make } from "./dom.js";
import { field, form, whoFields, wordsButton } from "./forms.js";
import { say } from "./languages.js";
import { isAway, whoIsHere } from "./presence.js";

export class FirstForm {
  element = make("div.first", { hidden: true });
  #isSkipped = false;
  #kind = "";

  constructor(talk, skipped) {
    Object.assign(this, { talk, skipped });
  }

  get isShown() {
    return !this.element.hidden;
  }

  render() {
    const kind = this.#wanted();
    this.element.hidden = !kind;
    if (kind === this.#kind) return;
    this.#kind = kind;
    this.element.replaceChildren(...(kind ? this.#parts(kind) : []));
  }

  focus() {
    this.element.querySelector("input, textarea")?.focus({ preventScroll: true });
  }

  #wanted() {
    const { talk } = this;
    const { ask } = talk.config;
    if (talk.isTalking || this.#isSkipped || talk.visitor.email) return "";
    if (ask.before && (ask.name || ask.email)) return "before";
    return ask.email && isAway(talk.config) ? "away" : "";
  }

  #parts(kind) {
    const isBefore = kind === "before";
    const { ask } = this.talk.config;
    const words = isBefore ? say("before_intro") : `${whoIsHere(this.talk.config)} ${say("away_intro")}`;
    const message = field("message", { rows: 3, required: true, maxLength: 10_000 }, true);
    const fields = [...whoFields(this.talk.visitor, { ...ask, isNeeded: true }), message];
    const skip = wordsButton(say("without_email"), () => this.#skip());
    const sent = form({ fields, submit: say("send"), done: (values) => this.#done(values), others: isBefore ? [] : [skip] });
    return [make("p", {}, words), sent];
  }

  #skip() {
    this.#isSkipped = true;
    this.skipped();
  }

  #done({ name, email, message }) {
    this.talk.visitor.introduce(name, email);
    this.talk.write(message, []);
  }
}
