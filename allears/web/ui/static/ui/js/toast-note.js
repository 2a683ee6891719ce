// A short word in the corner. It leaves by itself, later while pointed at; one with an undo leaves when the time is up.

const STAYS = 7_000;

class ToastNote extends HTMLElement {
  #timer;

  connectedCallback() {
    this.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.addEventListener("pointerleave", () => this.#wait());
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-dismiss]")) this.remove();
    });
    this.addEventListener("htmx:afterRequest", () => this.remove());
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait() {
    clearTimeout(this.#timer);
    const until = this.dataset.until;
    const left = until ? Date.parse(until) - Date.now() : STAYS;
    this.#timer = setTimeout(() => this.remove(), Math.max(left, 0));
  }
}

customElements.define("toast-note", ToastNote);

function sayThatItFailed(event) {
  const toast = document.getElementById("request-failed").content.cloneNode(true);
  const xhr = event.detail?.xhr;
  if (xhr?.getResponseHeader("Content-Type")?.startsWith("application/problem+json")) {
    const problem = JSON.parse(xhr.responseText);
    toast.querySelector("p").textContent = [problem.title, problem.reference].filter(Boolean).join(" · ");
  }
  document.getElementById("toasts").append(toast);
}

// A state of ours (409, 422) that comes as a problem, and not as a part of the page, is said and never swapped in.
function keepProblemsOut(event) {
  if (!event.detail.xhr.getResponseHeader("Content-Type")?.startsWith("application/problem+json")) return;
  event.detail.shouldSwap = false;
  event.detail.isError = true;
}

document.addEventListener("htmx:beforeSwap", keepProblemsOut);
document.addEventListener("htmx:responseError", sayThatItFailed);
document.addEventListener("htmx:sendError", sayThatItFailed);
document.addEventListener("request-failed", sayThatItFailed);
