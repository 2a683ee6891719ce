// What may honestly be said of when an answer comes. Nothing here is guessed: the desk's clock and its real medians.
import { dayOf, lengthOf, say, timeOf } from "./languages.js";

/** Nobody answers just now: outside of the hours, or nobody is at the desk. */
export function isAway({ hours, agents_here: isSomebodyHere }) {
  return !hours.is_open || !isSomebodyHere;
}

/** Say when an answer may be expected, or "". */
export function answerTime({ answer_time: answers }) {
  return answers?.median_seconds ? say("answer_time", { time: lengthOf(answers.median_seconds) }) : "";
}

/** Say whether somebody is there, and else when. */
export function whoIsHere(config) {
  const { hours, agents_here: isSomebodyHere } = config;
  if (hours.is_open) return isSomebodyHere ? say("here") : say("nobody_here");
  return hours.opens_at ? backAt(new Date(hours.opens_at)) : say("closed");
}

function backAt(at) {
  return say("back", { when: `${dayOf(at)}, ${timeOf(at)}` });
}
