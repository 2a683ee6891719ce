// Files that were chosen, pasted or dropped: sent at once, so that the line only names them.
import { icon, iconButton, make, mark } from "./dom.js";
import { say, sizeOf } from "./languages.js";

const MOST = 10;

export class PickedFiles {
  element = make("ul.picked", { "aria-label": say("files"), hidden: true });
  #chips = new Map();

  constructor(server, largest, changed) {
    Object.assign(this, { server, largest, changed });
  }

  get isBusy() {
    return [...this.#chips.values()].some((chip) => chip.stop);
  }

  /** List the files that the desk holds. */
  get ready() {
    return [...this.#chips.values()].filter((chip) => chip.kept).map((chip) => chip.kept);
  }

  add(files) {
    for (const file of files) {
      if (this.#chips.size < MOST) this.#begin(file);
    }
    this.#render();
  }

  /** Take over files that the desk already holds, from a draft or from a line that came back. */
  restore(files) {
    for (const kept of files) this.#chips.set(this.#row(kept), { kept });
    this.#render();
  }

  clear() {
    for (const [row, chip] of this.#chips) {
      chip.stop?.abort();
      row.remove();
    }
    this.#chips.clear();
    this.#render();
  }

  #row(file) {
    const remove = iconButton("close", say("remove_file", { name: file.name }), { onclick: () => this.#remove(row) });
    const bar = make("progress", { max: 1, value: 0, hidden: true, "aria-label": file.name });
    const size = make("small.size", {}, sizeOf(file.size));
    const row = make("li", {}, icon("file"), make("span.file-name", {}, file.name), size, bar, remove);
    this.element.append(row);
    return row;
  }

  async #begin(file) {
    const row = this.#row(file);
    const chip = {};
    this.#chips.set(row, chip);
    if (this.largest && file.size > this.largest) {
      this.#fail(row, say("file_too_large", { size: sizeOf(this.largest) }));
      return;
    }
    chip.stop = new AbortController();
    const bar = row.querySelector("progress");
    bar.hidden = false;
    try {
      const told = (share) => (bar.value = share);
      chip.kept = await this.server.upload(file, told, chip.stop.signal);
    } catch (error) {
      this.#fail(row, error.message || say("file_not_sent"), error.isFinal ? undefined : () => this.#again(row, file));
    }
    chip.stop = undefined;
    bar.hidden = true;
    this.#render();
  }

  #again(row, file) {
    this.#remove(row);
    this.add([file]);
  }

  #fail(row, why, again) {
    mark(row, "data-failed", true);
    row.querySelector(".size").replaceChildren(make("span", { role: "alert" }, why));
    if (again) row.lastChild.before(make("button.link", { onclick: again }, say("try_again")));
  }

  #remove(row) {
    this.#chips.get(row)?.stop?.abort();
    this.#chips.delete(row);
    row.remove();
    this.#render();
  }

  #render() {
    this.element.hidden = !this.#chips.size;
    this.changed();
  }
}
