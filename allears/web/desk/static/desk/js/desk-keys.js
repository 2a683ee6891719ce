// Keys of the desk, by physical key, so that they work on every layout. The table is the help sheet itself:
// each [data-codes][data-does] in it. An action is told as a "key" event; unless someone takes it, the first
// visible [data-key~=action] is pressed, or focused where one writes into it.

const SEQUENCE = 1_200;
const TYPING = "input:not([type=radio], [type=checkbox], [type=submit]), textarea, select, [contenteditable]";

// With Ctrl they belong to the text one writes.
const OF_TEXT = new Set(["KeyA", "KeyZ"]);

class DeskKeys extends HTMLElement {
  #table = new Map();
  #begun = "";
  #timer;

  connectedCallback() {
    for (const row of this.querySelectorAll("[data-codes]")) this.#table.set(row.dataset.codes, row.dataset.does);
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("do-action", this.#asked);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#pressed);
    document.removeEventListener("do-action", this.#asked);
  }

  #pressed = (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.repeat && event.code === "KeyE") return;
    const isMod = event.ctrlKey || event.metaKey;
    const isTyping = event.target.matches?.(TYPING);
    if (isTyping && event.code !== "Escape" && (!isMod || OF_TEXT.has(event.code))) return;
    if (document.querySelector("dialog[open]")) return;
    const chord = event.key === "?" ? "Shift+Slash" : this.#chord(event, isMod);
    const does = this.#table.get(this.#begun ? `${this.#begun} ${chord}` : chord) ?? this.#table.get(chord);
    if (!does) {
      this.#begin(isMod || event.shiftKey ? "" : chord);
      return;
    }
    this.#begin("");
    if (this.#do(does, event)) event.preventDefault();
  };

  // The palette asks for an action by name.
  #asked = ({ detail, target }) => {
    this.#do(detail.does, { target });
  };

  #chord(event, isMod) {
    const code = event.code === "NumpadEnter" ? "Enter" : event.code;
    return `${isMod ? "Mod+" : ""}${event.shiftKey ? "Shift+" : ""}${code}`;
  }

  #begin(chord) {
    clearTimeout(this.#timer);
    const isStart = chord && [...this.#table.keys()].some((codes) => codes.startsWith(`${chord} `));
    this.#begun = isStart ? chord : "";
    if (isStart) this.#timer = setTimeout(() => this.#begin(""), SEQUENCE);
  }

  #do(does, cause) {
    const told = new CustomEvent("key", { detail: { does, cause }, cancelable: true });
    if (!document.dispatchEvent(told)) return true;
    if (does === "help") {
      this.querySelector("dialog").showModal();
      return true;
    }
    if (does === "open") return this.#open();
    if (does === "leave") return this.#leave(cause.target);
    return this.#press(does);
  }

  #open() {
    // Enter on anything that has a meaning of its own keeps that meaning.
    if (document.activeElement && document.activeElement !== document.body) return false;
    const first = document.querySelector('.row > a[aria-current="true"], .row > a');
    first?.click();
    return Boolean(first);
  }

  #press(does) {
    const found = [...document.querySelectorAll(`[data-key~="${does}"]`)].find((one) => this.#isUsable(one));
    if (!found) return false;
    if (found.matches("drop-menu summary")) {
      found.closest("drop-menu").openByKey();
    } else if (found.matches("textarea, input[type=search], input[type=text]")) {
      found.focus();
      found.select?.();
    } else {
      found.click();
    }
    return true;
  }

  #isUsable(element) {
    if (element.disabled) return false;
    return element.checkVisibility() || element.matches(".composer-modes input, .menu-item");
  }

  #leave(target) {
    if (target.matches(TYPING)) {
      target.blur();
      document.querySelector("conversation-view")?.focus({ preventScroll: true });
      return true;
    }
    const open = document.querySelector("drop-menu > details[open]");
    if (open) {
      open.open = false;
      return true;
    }
    return this.#press("back");
  }
}

customElements.define("desk-keys", DeskKeys);
