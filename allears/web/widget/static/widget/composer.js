// Where the visitor writes. What is written is kept until it is sent, also over a reload.
import { iconButton, make, mark, on } from "./dom.js";
import { say, sizeOf } from "./languages.js";
import { PickedFiles } from "./picked.js";

const LONGEST = 10_000;

export class Composer {
  #text;
  #send;
  #files;
  #hint = make("p.hint", { role: "status" });
  #sendsWhenReady = false;

  constructor(talk) {
    this.talk = talk;
    this.#files = new PickedFiles(talk.server, talk.config.largest_file, () => this.#changed());
    this.#text = make("textarea", {
      rows: 1, maxLength: LONGEST, placeholder: say("write"), "aria-label": say("write"), enterKeyHint: isTouch() ? "enter" : "send",
      oninput: () => this.#typed(), onkeydown: (event) => this.#pressed(event), onpaste: (event) => this.#pasted(event),
      onblur: () => this.talk.signs.typing(false),
    });
    this.#send = iconButton("send", say("send"), { type: "submit", className: "icon-button send" });
    const row = make("div.write", {}, talk.config.may_attach && this.#picker(), this.#text, this.#send);
    this.element = make("form.composer", { onsubmit: (event) => this.#submit(event) }, this.#files.element, row, this.#hint);
    this.#restore(talk.store.get("draft"));
  }

  focus() {
    this.#text.focus();
  }

  /** Put words and files back to where they can be changed. */
  takeBack({ text, files }) {
    this.#text.value = [text, this.#text.value].filter(Boolean).join("\n");
    this.#files.restore(files);
    this.#typed();
    this.focus();
  }

  addFiles(files) {
    if (this.talk.config.may_attach && files.length) {
      this.talk.begin().then(() => this.#files.add(files), () => this.#tell(say("not_now")));
    }
  }

  /** Fit the field to its words; it has no height while it is hidden. */
  fit() {
    this.#text.style.height = "auto";
    if (this.#text.scrollHeight) this.#text.style.height = `${this.#text.scrollHeight}px`;
  }

  #picker() {
    const input = make("input", { type: "file", multiple: true, hidden: true, tabIndex: -1, "aria-hidden": "true" });
    on(input, "change", () => {
      this.addFiles([...input.files]);
      input.value = "";
    });
    const size = this.talk.config.largest_file;
    const label = size ? say("attach", { size: sizeOf(size) }) : say("attach_any");
    return make("span", {}, input, iconButton("attach", label, { onclick: () => input.click() }));
  }

  #restore(draft) {
    if (draft) {
      this.#text.value = draft.text;
      this.#files.restore(draft.files);
    }
    this.#changed();
  }

  #changed() {
    if (!this.#send) return;
    const { text, files } = this.#draft();
    mark(this.#send, "aria-disabled", text.trim() || files.length || this.#files.isBusy ? "false" : "true");
    if (text || files.length) this.talk.store.set("draft", { text, files });
    else this.talk.store.remove("draft");
    if (this.#sendsWhenReady && !this.#files.isBusy) this.#submit();
  }

  #draft() {
    return { text: this.#text.value, files: this.#files.ready };
  }

  #typed() {
    this.fit();
    this.#changed();
    this.talk.signs.typing(Boolean(this.#text.value.trim()));
  }

  // While an input method composes a word, Enter belongs to it. On a phone Enter makes a line.
  #pressed(event) {
    const composes = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || event.altKey || composes || isTouch()) return;
    event.preventDefault();
    this.#submit();
  }

  #pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    this.addFiles(files);
  }

  #submit(event) {
    event?.preventDefault();
    this.#sendsWhenReady = this.#files.isBusy;
    this.#tell(this.#sendsWhenReady ? say("sends_when_ready") : "");
    const { text, files } = this.#draft();
    if (this.#sendsWhenReady || (!text.trim() && !files.length)) return;
    this.#text.value = "";
    this.#files.clear();
    this.fit();
    this.talk.signs.typing(false);
    this.talk.write(text.trim(), files);
  }

  #tell(words) {
    this.#hint.textContent = words;
  }
}

function isTouch() {
  return matchMedia("(pointer: coarse) and (hover: none)").matches;
}
