// Tells colleagues that one is here, or writing, and shows who else is.

const BEAT = 15_000;

class WhoIsHere extends HTMLElement {
  #timer;
  #state = "viewing";

  connectedCallback() {
    document.addEventListener("composing", this.#composing);
    document.addEventListener("live:presence", this.#heard);
    document.addEventListener("visibilitychange", this.#seen);
    addEventListener("pagehide", this.#gone);
    this.#timer = setInterval(() => this.#tell(), BEAT);
    this.#tell();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("composing", this.#composing);
    document.removeEventListener("live:presence", this.#heard);
    document.removeEventListener("visibilitychange", this.#seen);
    removeEventListener("pagehide", this.#gone);
    queueMicrotask(() => {
      const now = document.getElementById("who-is-here");
      if (now?.dataset.conversation !== this.dataset.conversation) this.#gone();
    });
  }

  #body(state) {
    const body = new FormData();
    body.set("state", state);
    body.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
    return body;
  }

  #composing = ({ detail }) => {
    const state = detail.isWriting ? "replying" : "viewing";
    if (state === this.#state) return;
    this.#state = state;
    this.#tell();
  };

  #seen = () => {
    if (!document.hidden) this.#tell();
  };

  #heard = ({ detail }) => {
    if (detail.conversation === Number(this.dataset.conversation)) this.#tell();
  };

  async #tell() {
    if (document.hidden) return;
    try {
      const response = await fetch(this.dataset.url, { method: "POST", body: this.#body(this.#state) });
      if (response.ok && !response.redirected && this.isConnected) this.innerHTML = await response.text();
    } catch {
      // The line is lost; the strip says so.
    }
  }

  #gone = () => {
    navigator.sendBeacon(this.dataset.url, this.#body("gone"));
  };
}

customElements.define("who-is-here", WhoIsHere);
