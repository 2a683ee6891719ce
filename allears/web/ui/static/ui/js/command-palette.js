// Ctrl+K: everything one can do or go to, found by typing. The list comes once, when it is first opened; what
// the open page has no use for is left out, what was used lately stands first.

import { ChoiceList } from "./choice-list.js";

const KEPT = "palette:recent";
const MOST_RECENT = 6;

class CommandPalette extends HTMLElement {
  #dialog;
  #field;
  #list;
  #choices;
  #fresh;

  connectedCallback() {
    this.#dialog = this.querySelector("dialog");
    this.#field = this.querySelector("input");
    this.#list = this.querySelector(".chooser-list");
    this.#choices = new ChoiceList(this.#field, this.#list, this.#told);
    document.addEventListener("keydown", this.#keyed);
    document.addEventListener("key", this.#asked);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#keyed);
    document.removeEventListener("key", this.#asked);
  }

  // By the physical key, so that it works on every layout; also while one writes, and where there are no other keys.
  #keyed = (event) => {
    if (event.key === "Control" || event.key === "Meta") this.#fetched();
    if (event.defaultPrevented || event.code !== "KeyK" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
    const open = document.querySelector("dialog[open]");
    if (open && open !== this.#dialog) return;
    event.preventDefault();
    if (open) this.#dialog.close();
    else this.#open();
  };

  #asked = (event) => {
    if (event.detail.does !== "palette") return;
    event.preventDefault();
    this.#open();
  };

  async #open() {
    this.#dialog.showModal();
    this.#field.value = "";
    this.#field.focus();
    try {
      await this.#fetched();
    } catch {
      this.#dialog.close();
      document.dispatchEvent(new CustomEvent("request-failed"));
      return;
    }
    this.#list.replaceChildren(...(await this.#fresh).map((one) => one.cloneNode(true)));
    this.#fit();
    this.#choices.read();
  }

  // Begun when a finger is on Ctrl already; what failed is tried again the next time.
  #fetched() {
    this.#fresh ??= this.#fetch();
    this.#fresh.catch(() => {
      this.#fresh = undefined;
    });
    return this.#fresh;
  }

  async #fetch() {
    const response = await fetch(this.dataset.url);
    if (!response.ok || response.redirected) throw new Error(`${response.status}`);
    const part = new DOMParser().parseFromString(await response.text(), "text/html");
    return [...part.querySelectorAll("#commands > li")];
  }

  // Leave out what this page can't do, and bring what was used lately to the top.
  #fit() {
    const hasConversation = Boolean(this.#conversation());
    for (const option of this.#list.querySelectorAll("[data-does], [data-post]")) {
      const can = option.dataset.post ? hasConversation : this.#canDo(option.dataset);
      if (!can) option.setAttribute("data-unfit", "");
    }
    const recent = this.#recent().map((id) => this.#list.querySelector(`[data-id="${CSS.escape(id)}"]:not([data-unfit])`)).filter(Boolean);
    if (!recent.length) return;
    const heading = document.createElement("li");
    Object.assign(heading, { className: "chooser-group", role: "presentation", textContent: this.dataset.recent });
    this.#list.prepend(heading, ...recent);
  }

  #canDo({ does, needs }) {
    if (!document.querySelector("desk-keys")) return false;
    return Boolean(document.querySelector(needs || `[data-key~="${does}"]`));
  }

  #conversation() {
    return document.querySelector("conversation-view")?.dataset.conversation;
  }

  #recent() {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  }

  #told = ({ filtered, typed, picked }) => {
    if (filtered !== undefined) {
      this.querySelector("output").textContent = typed ? this.dataset.found.replace("#", filtered) : "";
      for (const shown of this.#list.querySelectorAll("[data-typed]")) shown.textContent = typed;
    }
    if (picked) this.#pick(picked);
  };

  #pick(option) {
    const { id, does, post, name, value, search, href } = option.dataset;
    const typed = this.#field.value.trim();
    const recent = [id, ...this.#recent().filter((one) => one !== id)].slice(0, MOST_RECENT);
    if (id) localStorage.setItem(KEPT, JSON.stringify(recent));
    this.#dialog.close();
    if (does) document.dispatchEvent(new CustomEvent("do-action", { detail: { does } }));
    else if (post) this.#post(post.replace("{conversation}", this.#conversation()), { [name]: value, view: this.#view() });
    else if (search) location.assign(/^#\d+$/.test(typed) ? `/desk/all/${typed.slice(1)}/` : this.dataset[search] + encodeURIComponent(typed));
    else location.assign(href);
  }

  #view() {
    return location.pathname.split("/")[2];
  }

  #post(url, values) {
    window.htmx.ajax("POST", url, { values, swap: "none", source: document.body });
  }
}

customElements.define("command-palette", CommandPalette);
