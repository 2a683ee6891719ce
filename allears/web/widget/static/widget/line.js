// One line of the talk, made once and then only touched where it changed, so that readers hear it once.
import { icon, initials, linked, make, mark } from "./dom.js";
import { fileView } from "./files.js";
import { dayOf, momentOf, say, timeOf } from "./languages.js";

/** Make a line: who, what, the files, the time and how it stands. */
export function makeLine(entry, server) {
  const { message, side } = entry;
  const who = side === "mine" ? say("you") : message.from.name;
  const bubble = make("div.bubble", { dir: "auto" }, ...linked(message.text));
  const files = (message.files || []).map((file) => fileView(server, file));
  const said = make("div.said", {}, make("span.who", {}, who), message.text && bubble, ...files);
  const avatar = make("span.avatar", { "aria-hidden": "true" }, initials(message.from.name || ""));
  const line = make("div.line", {}, side === "theirs" && avatar, said);
  line.dataset.side = side;
  if (!message.at) return line;
  line.classList.add("timed");
  const at = new Date(message.at);
  const time = make("time", { dateTime: message.at, title: momentOf(at) }, timeOf(at));
  said.append(make("div.meta", { "aria-live": "off" }, time, make("span.state")));
  return line;
}

/** Bring a line up to date: does it begin or end a group, does a day begin, how does it stand. */
export function touchLine(line, { isFirst, isLast, startsDay, message, state, why }, { edit, remove }) {
  mark(line, "data-first", isFirst);
  mark(line, "data-last", isLast);
  mark(line, "data-state", state);
  const day = line.querySelector(".day");
  if (!startsDay) day?.remove();
  else if (!day) line.prepend(make("div.day", {}, make("span", {}, dayOf(new Date(message.at)))));
  const shown = line.querySelector(".state");
  if (!shown || shown.dataset.shows === (state || "")) return;
  shown.dataset.shows = state || "";
  shown.replaceChildren(...stateWords(state, why));
  if (state === "refused") {
    const back = make("button.link", { onclick: edit }, say("edit"));
    shown.append(back, make("button.link", { onclick: remove }, say("remove")));
  }
}

function stateWords(state, why) {
  if (!state || state === "kept") return [];
  const icons = { sending: "clock", waiting: "clock", sent: "check", seen: "check", refused: "alert" };
  return [icon(icons[state]), make("span", {}, state === "refused" && why ? why : say(`state_${state}`))];
}
