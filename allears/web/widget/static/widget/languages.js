// Words and times in the visitor's language: what the page's owner chose, else the page's, else the browser's.
import { WORDS } from "./generated.js";

const DAY = 86_400_000;
let language = "en";
let locale = "en";

/** Choose among the languages there are; whatever else is asked for is English. */
export function chooseLanguage(chosen) {
  const tags = [chosen, document.documentElement.lang, ...navigator.languages].map((tag) => (tag || "").replace("_", "-"));
  const first = tags.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => WORDS.codes.includes(tag));
  language = first || WORDS.codes[0];
  // en-GB writes 20:15 where en writes 8:15 PM.
  locale = tags.find((tag) => new RegExp(`^${language}-[a-z]{2}$`, "i").test(tag)) || language;
  return language;
}

/** Say something in the chosen language, with its facts filled in. */
export function say(name, facts = {}) {
  return WORDS[language][WORDS.names.indexOf(name)].replace(/\{(\w+)\}/g, (_found, fact) => facts[fact] ?? "");
}

function format(at, options) {
  return new Intl.DateTimeFormat(locale, options).format(at);
}

/** Say the time of day. */
export function timeOf(at) {
  return format(at, { timeStyle: "short" });
}

/** Say the full moment. */
export function momentOf(at) {
  return format(at, { dateStyle: "full", timeStyle: "short" });
}

function midnight(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate());
}

/** Name a day as people do: today, tomorrow, Monday, 3 May. */
export function dayOf(at, now = new Date()) {
  const days = Math.round((midnight(at) - midnight(now)) / DAY);
  if (Math.abs(days) < 2) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  if (Math.abs(days) < 7) return format(at, { weekday: "long" });
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return format(at, { day: "numeric", month: "long", ...year });
}

/** Say a length of time in its largest unit. */
export function lengthOf(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  const hours = Math.round(minutes / 60);
  if (minutes < 60) return count(minutes, "minute");
  return hours < 24 ? count(hours, "hour") : count(Math.round(hours / 24), "day");
}

function count(number, unit, unitDisplay = "long") {
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay }).format(number).replace(" ", "\u00a0");
}

/** Say how large a file is. */
export function sizeOf(bytes) {
  const isSmall = bytes < 1_000_000;
  const amount = Math.ceil(bytes / (isSmall ? 1_000 : 100_000)) / (isSmall ? 1 : 10);
  return count(amount, isSmall ? "kilobyte" : "megabyte", "short");
}
