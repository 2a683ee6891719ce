// Writing: two forms, a reply and a note, that never mix. What is typed is kept on the server after a pause,
// in this browser while there is no connection, and sent with Ctrl+Enter.

const PAUSE = 700;

class ReplyComposer extends HTMLElement {
  #timers = new Map();

  connectedCallback() {
    this.addEventListener("input", this.#typed);
    this.addEventListener("focusin", this.#tellWriting);
    this.addEventListener("focusout", this.#tellWriting);
    this.addEventListener("change", this.#changed);
    this.addEventListener("click", this.#clicked);
    this.addEventListener("htmx:configRequest", this.#sending);
    document.addEventListener("key", this.#keyed);
    addEventListener("pagehide", this.#leaving);
    document.addEventListener("live:line", this.#lineChanged);
    this.#bringBack();
  }

  disconnectedCallback() {
    this.#leaving();
    document.removeEventListener("key", this.#keyed);
    removeEventListener("pagehide", this.#leaving);
    document.removeEventListener("live:line", this.#lineChanged);
  }

  #field(kind) {
    return this.querySelector(`textarea[data-field="${kind}"]`);
  }

  #kind() {
    return this.querySelector(".composer-modes input:checked")?.value ?? "note";
  }

  #key(kind) {
    return `draft:${this.dataset.conversation}:${kind}`;
  }

  #say(kind, textContent, state = "") {
    const place = this.querySelector(`form[data-mode="${kind}"] .draft-state`);
    if (place) Object.assign(place, { textContent }).dataset.state = state;
  }

  #bringBack() {
    for (const { dataset } of this.querySelectorAll("textarea[data-field]")) {
      const kind = dataset.field;
      const kept = localStorage.getItem(this.#key(kind));
      const field = this.#field(kind);
      if (kept === null || !field) continue;
      field.value = kept;
      this.#save(kind);
    }
  }

  #typed = (event) => {
    const kind = event.target.dataset.field;
    if (!kind) return;
    clearTimeout(this.#timers.get(kind));
    this.#timers.set(kind, setTimeout(() => this.#save(kind), PAUSE));
    this.#tellWriting();
  };

  #body(kind) {
    const body = new FormData();
    body.set("kind", kind);
    body.set("text", this.#field(kind).value);
    for (const used of this.querySelectorAll(`form[data-mode="${kind}"] [name=saved_replies]`)) body.append(used.name, used.value);
    body.set("csrfmiddlewaretoken", this.querySelector("[name=csrfmiddlewaretoken]").value);
    return body;
  }

  async #save(kind) {
    clearTimeout(this.#timers.get(kind));
    this.#timers.delete(kind);
    const text = this.#field(kind).value;
    this.#say(kind, this.dataset.saving);
    try {
      const response = await fetch(this.dataset.draftUrl, { method: "POST", body: this.#body(kind) });
      if (!response.ok || response.redirected) throw new Error(response.status);
      localStorage.removeItem(this.#key(kind));
      this.#say(kind, text.trim() ? this.dataset.saved : "");
    } catch {
      localStorage.setItem(this.#key(kind), text);
      this.#say(kind, this.dataset.kept, "failed");
    }
  }

  #leaving = () => {
    for (const kind of this.#timers.keys()) {
      clearTimeout(this.#timers.get(kind));
      navigator.sendBeacon(this.dataset.draftUrl, this.#body(kind));
    }
    this.#timers.clear();
  };

  #lineChanged = ({ detail }) => {
    if (detail.state === "held") this.#bringBack();
  };

  #sending = (event) => {
    const kind = event.target.closest("form")?.dataset.mode;
    if (!kind || event.detail.elt.hasAttribute("formaction")) return;
    clearTimeout(this.#timers.get(kind));
    this.#timers.delete(kind);
    localStorage.removeItem(this.#key(kind));
  };

  #changed = ({ target }) => target.name === "mode-of-writing" && this.#open(target);

  #clicked = (event) => {
    const mode = event.target.closest("[data-to-mode]")?.dataset.toMode;
    if (mode) this.#open(this.querySelector(`#mode-${mode}`));
    if (!event.target.closest("[data-keep-editing]")) return;
    event.target.closest(".stop").remove();
    this.#open(this.querySelector(".composer-modes input:checked"));
  };

  #open(mode) {
    mode.checked = true;
    this.#field(mode.value)?.focus();
  }

  #tellWriting = () => {
    // A note is nobody's business but ours: whoever waits for a reply must not be told that one is written.
    const field = document.activeElement;
    const isWriting = ["reply", "private"].includes(field?.dataset?.field) && field.value.trim() !== "";
    document.dispatchEvent(new CustomEvent("composing", { detail: { isWriting } }));
  };

  #keyed = (event) => {
    const { does } = event.detail;
    const mode = this.querySelector(`.composer-modes [data-key~="${does}"]`);
    if (mode) {
      this.#open(mode);
      event.preventDefault();
    } else if (does === "send" || does === "send-next") {
      const kind = this.#kind();
      const key = kind === "note" ? "send-note" : does;
      const button = this.querySelector(`form[data-mode="${kind}"] [data-key="${key}"]`);
      if (!button || !this.contains(document.activeElement)) return;
      button.form.requestSubmit(button);
      event.preventDefault();
    }
  };
}

customElements.define("reply-composer", ReplyComposer);
