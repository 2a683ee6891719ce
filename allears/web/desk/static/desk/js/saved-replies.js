// Saved replies in the composer: / at the beginning of a word, or the button, opens them, filled for this
// conversation. What could not be filled stays a gap, is told, and is never sent.

import { ChoiceList } from "../../ui/js/choice-list.js";
import { fetchPart } from "./merge.js";

class SavedReplies extends HTMLElement {
  #dialog;
  #field;
  #list;
  #choices;
  #gap;
  #caret = [0, 0];
  #typedSlash = false;

  connectedCallback() {
    this.#dialog = this.querySelector("dialog");
    this.#list = this.querySelector(".chooser-list");
    this.#choices = new ChoiceList(this.querySelector(".chooser-field input"), this.#list, this.#told);
    const names = this.dataset.variables.replaceAll(".", "\\.").replaceAll(" ", "|");
    this.#gap = new RegExp(`\\{\\{\\s*(${names})\\s*\\}\\}`, "g");
    const form = this.closest("form");
    this.#field = form.querySelector("textarea[data-field]");
    this.#field.addEventListener("keydown", this.#keyed);
    this.#field.addEventListener("input", this.#typed);
    form.addEventListener("submit", this.#sending, true);
    this.querySelector("[data-key~=saved-replies]").addEventListener("click", () => this.open());
    this.#dialog.addEventListener("close", this.#closed);
    this.#tellGaps();
  }

  async open() {
    // What lies behind a dialog forgets where one was in it.
    this.#caret = [this.#field.selectionStart, this.#field.selectionEnd];
    this.#dialog.showModal();
    const input = this.#dialog.querySelector("input");
    input.value = "";
    input.focus();
    try {
      const part = await fetchPart(this.dataset.url);
      this.#list.replaceChildren(...part.querySelectorAll("#choices > li"));
    } catch {
      this.#dialog.close();
      document.dispatchEvent(new CustomEvent("request-failed"));
      return;
    }
    this.#choices.read();
  }

  #keyed = (event) => {
    // What is typed, not where the key stands: on other layouts that key writes a full stop.
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.key !== "/") return;
    if (!/(^|\s)$/.test(this.#field.value.slice(0, this.#field.selectionStart))) return;
    event.preventDefault();
    this.#typedSlash = true;
    this.open();
  };

  #told = ({ active, filtered, picked }) => {
    const preview = this.querySelector(".chooser-preview");
    if (filtered === 0) preview.textContent = preview.dataset.none;
    if (active) preview.replaceChildren(...active.querySelector(".option-preview").cloneNode(true).childNodes);
    if (picked) this.#insert(picked);
  };

  #insert(option) {
    this.#typedSlash = false;
    this.#dialog.close();
    const field = this.#field;
    const [start, end] = this.#caret;
    field.setRangeText(option.dataset.words, start, end, "end");
    this.#caret = [field.selectionEnd, field.selectionEnd];
    const used = document.createElement("input");
    Object.assign(used, { type: "hidden", name: "saved_replies", value: option.dataset.id });
    this.append(used);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #closed = () => {
    this.#field.focus();
    // Who closes it without taking one meant the character.
    if (this.#typedSlash) {
      this.#field.setRangeText("/", ...this.#caret, "end");
      this.#field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (!this.#goToGap(0)) {
      this.#field.setSelectionRange(...this.#caret);
    }
    this.#typedSlash = false;
  };

  #gaps() {
    return [...this.#field.value.matchAll(this.#gap)];
  }

  #goToGap(from = 0) {
    const gaps = this.#gaps();
    const gap = gaps.find((one) => one.index >= from) ?? gaps[0];
    if (!gap) return false;
    this.#field.focus();
    this.#field.setSelectionRange(gap.index, gap.index + gap[0].length);
    return true;
  }

  #typed = () => {
    if (!this.#field.value.trim()) for (const used of this.querySelectorAll("[name=saved_replies]")) used.remove();
    this.#tellGaps();
  };

  #tellGaps() {
    const names = [...new Set(this.#gaps().map((gap) => gap[1]))];
    let told = this.closest("form").querySelector(".gaps");
    if (!told && names.length) {
      told = document.createElement("button");
      Object.assign(told, { type: "button", className: "gaps" });
      told.addEventListener("click", () => this.#goToGap(this.#field.selectionEnd));
      this.#field.after(told);
    }
    if (told) told.hidden = !names.length;
    if (names.length) told.textContent = `${this.dataset.gaps} ${names.join(", ")}`;
  }

  #sending = (event) => {
    if (event.submitter?.hasAttribute("formaction") || !this.#goToGap()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
}

customElements.define("saved-replies", SavedReplies);
