// Everything is made by DOM calls: nothing here is stopped by a strict policy of the page around it.
import { ICONS } from "./generated.js";

const SVG = "http://www.w3.org/2000/svg";

/** Call a listener for each of some events. */
export function on(target, names, listener) {
  for (const name of names.split(" ")) target.addEventListener(name, listener);
}

/** Make an element, `tag.class`: `on…` are listeners, names with a dash and `role` attributes, the rest properties. */
export function make(name, given = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  element.className = classes.join(" ");
  if (tag === "button") element.type = "button";
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (key.startsWith("on")) on(element, key.slice(2), value);
    else if (key === "role" || key.includes("-")) element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter(Boolean));
  return element;
}

/** Draw an icon of the set, 20 px, in the colour of the text. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const given = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.7", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(given)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ d: ICONS[name], "stroke-linecap": "round", "stroke-linejoin": "round" })) {
    path.setAttribute(key, value);
  }
  svg.append(path);
  return svg;
}

/** Make a button with an icon alone; its name is for readers and on hover. */
export function iconButton(name, label, given) {
  return make("button.icon-button", { title: label, "aria-label": label, ...given }, icon(name));
}

/** Set or take away an attribute by a condition. */
export function mark(element, name, value) {
  if (value === false || value === undefined || value === "") element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Turn the addresses in a text into links that say nothing about the page they are on. */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(/(?:https?:\/\/|www\.)[^\s<>"']*[^\s<>"'.,;:!?)\]}]/gi)) {
    const href = found[0].startsWith("www.") ? `https://${found[0]}` : found[0];
    parts.push(text.slice(from, found.index));
    parts.push(make("a", { href, target: "_blank", rel: "noopener nofollow" }, found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

/** Take the one or two letters that stand for a name. */
export function initials(name) {
  const words = name.split(/[\s@.]+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word][0]).join("").toUpperCase() || "?";
}

/** Make an id that nobody else makes; pages without https have no randomUUID. */
export function newId() {
  const digit = (mask) => (mask ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (mask / 4)))).toString(16);
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit);
}
