// What this browser remembers, one key for each thing, so that tabs never write over each other's.
// A page may be denied its storage; then it is remembered while the page is open.

export class Store {
  #prefix;
  #memory = new Map();

  constructor(key) {
    this.#prefix = `allears:${key}:`;
  }

  get(name) {
    const kept = this.#try((storage) => storage.getItem(this.#prefix + name)) ?? this.#memory.get(name);
    return kept === undefined ? undefined : JSON.parse(kept);
  }

  set(name, value) {
    const text = JSON.stringify(value);
    this.#memory.set(name, text);
    this.#try((storage) => storage.setItem(this.#prefix + name, text));
  }

  remove(name) {
    this.#memory.delete(name);
    this.#try((storage) => storage.removeItem(this.#prefix + name));
  }

  /** List the names that begin so. */
  names(start) {
    const begin = this.#prefix + start;
    const stored = this.#try((storage) => Object.keys(storage).filter((name) => name.startsWith(begin))) || [];
    const held = [...this.#memory.keys()].filter((name) => name.startsWith(start));
    return [...new Set([...stored.map((name) => name.slice(this.#prefix.length)), ...held])];
  }

  clear() {
    for (const name of this.names("")) this.remove(name);
  }

  #try(deed) {
    try {
      return deed(localStorage) ?? undefined;
    } catch {
      return undefined;
    }
  }
}
