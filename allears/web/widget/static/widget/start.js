// Begin: read what the page wants, ask for the channel's look, show the button. Nothing else is asked or kept
// until the chat is opened, or was opened in this browser before.
import { on } from "./dom.js";
import { Doors } from "./doors.js";
import { ChatElement } from "./element.js";
import { chooseLanguage } from "./languages.js";
import { Server } from "./server.js";
import { Store } from "./store.js";
import { Talk } from "./talk.js";
import { Visitor } from "./visitor.js";

const ELEMENT = "allears-chat";
const script = document.currentScript || document.querySelector('script[data-channel][src*="/chat/widget.js"]');

function wishesOf({ dataset }) {
  const isRightToLeft = getComputedStyle(document.documentElement).direction === "rtl";
  return {
    theme: ["light", "dark"].includes(dataset.theme) ? dataset.theme : "auto",
    position: dataset.position === "left" || (!dataset.position && isRightToLeft) ? "left" : "right",
    isFull: "full" in dataset,
  };
}

function remember(isOpen) {
  try {
    if (isOpen) sessionStorage.setItem("allears:open", "1");
    else sessionStorage.removeItem("allears:open");
  } catch {
    // A page without storage opens with the chat closed.
  }
}

function wasOpen() {
  try {
    return Boolean(sessionStorage.getItem("allears:open")) && innerWidth > 520;
  } catch {
    return false;
  }
}

function followPage(talk, element) {
  on(window, "online", () => talk.retry());
  on(window, "offline", () => talk.set("isLost", element.isOpen));
  on(window, "pagehide", () => talk.rest());
  on(window, "pageshow", ({ persisted }) => persisted && (element.isOpen || talk.visitor.hasToken) && talk.retry());
}

async function start() {
  const key = script.dataset.channel;
  const server = new Server(new URL(".", script.src).href, key);
  const language = chooseLanguage(script.dataset.language);
  const config = await server.ask(`config?language=${language}`);
  config.language = language;
  const wishes = wishesOf(script);
  const visitor = new Visitor(server, new Store(key), config);
  const talk = new Talk(visitor, key);
  const element = document.createElement(ELEMENT);
  element.begin(talk, wishes, async () => {
    if (visitor.hasToken) await server.ask("bye", {});
    visitor.drop();
    talk.tabs.tell("forgot");
    talk.reset();
  });
  document.documentElement.append(element);
  // A page of its own holds nothing but the chat.
  document.body.hidden ||= wishes.isFull;
  on(element, "open close", () => remember(element.isOpen));
  followPage(talk, element);
  new Doors(element, talk).open();
  if (wishes.isFull || wasOpen()) element.open(wishes.isFull);
  else if (visitor.hasToken) talk.begin().catch(() => {});
}

if (script?.dataset.channel && !customElements.get(ELEMENT)) {
  customElements.define(ELEMENT, ChatElement);
  start().catch((error) => console.warn("All Ears: the chat can't be shown here.", error.message));
}
