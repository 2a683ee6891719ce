// Files by choosing, dragging or pasting: each goes into the draft at once, so that sending is quick.

class FilePicker extends HTMLElement {
  #form;

  connectedCallback() {
    this.#form = this.closest("form");
    this.addEventListener("change", this.#chosen);
    this.#form.addEventListener("paste", this.#pasted);
    this.#form.addEventListener("dragover", this.#over);
    this.#form.addEventListener("dragleave", this.#left);
    this.#form.addEventListener("drop", this.#dropped);
  }

  #box() {
    return this.closest(".composer");
  }

  #chosen = (event) => {
    if (event.target.type !== "file") return;
    this.#add(event.target.files);
    event.target.value = "";
  };

  #pasted = (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.#add(event.clipboardData.files);
  };

  #over = (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.#box().dataset.dropping = "";
  };

  #left = () => {
    delete this.#box().dataset.dropping;
  };

  #dropped = (event) => {
    this.#left();
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#add(event.dataTransfer.files);
  };

  async #add(files) {
    const state = this.querySelector(".draft-state");
    const body = new FormData();
    body.set("mode", this.#form.dataset.mode);
    body.set("csrfmiddlewaretoken", this.#form.elements.csrfmiddlewaretoken.value);
    for (const file of files) {
      if (file.size > Number(this.dataset.largest)) {
        state.textContent = `${file.name}: ${this.dataset.tooLarge}`;
        state.dataset.state = "failed";
        return;
      }
      body.append("files", file);
    }
    const response = await fetch(this.dataset.url, { method: "POST", body }).catch(() => undefined);
    if (!response?.ok) {
      document.dispatchEvent(new CustomEvent("request-failed"));
      return;
    }
    const list = this.querySelector(".composer-files");
    list.outerHTML = await response.text();
    window.htmx?.process(this.querySelector(".composer-files"));
  }
}

customElements.define("file-picker", FilePicker);
