// Bring a list up to date without moving what the reader looks at: entries are matched by data-key,
// and only those whose data-version changed are replaced. A menu's button that had the focus keeps it.

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

export function replaceChanged(old, fresh) {
  if (old.dataset.version === fresh.dataset.version) return false;
  const focused = [...old.querySelectorAll("summary")].indexOf(document.activeElement);
  const adopted = document.adoptNode(fresh);
  old.replaceWith(adopted);
  window.htmx?.process(adopted);
  if (focused >= 0) adopted.querySelectorAll("summary")[focused]?.focus({ preventScroll: true });
  return true;
}

// New entries are put behind the entry that they follow; old ones that are gone after the first key are removed.
export function mergeTimeline(list, fresh) {
  const known = new Map([...list.querySelectorAll(":scope > [data-key]")].map((entry) => [entry.dataset.key, entry]));
  const incoming = [...fresh.querySelectorAll(":scope > [data-key]")];
  const keys = new Set(incoming.map((entry) => entry.dataset.key));
  let before = null;
  let isInside = false;
  for (const [key, entry] of known) {
    if (key === incoming[0]?.dataset.key) isInside = true;
    if (isInside && !keys.has(key)) entry.remove();
  }
  let added = 0;
  for (const entry of incoming) {
    const old = known.get(entry.dataset.key);
    if (old) {
      replaceChanged(old, entry);
    } else {
      const adopted = document.adoptNode(entry);
      if (before) before.after(adopted);
      else list.append(adopted);
      window.htmx?.process(adopted);
      added += 1;
    }
    before = list.querySelector(`:scope > [data-key="${entry.dataset.key}"]`);
  }
  return added;
}

export async function fetchPart(url, options = {}) {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, ...options });
  if (response.headers.has("HX-Redirect")) location.reload();
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return parse(await response.text());
}
