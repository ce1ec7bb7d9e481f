/* The guest's chat page: brings its parts together. The frames: concierge/chat/protocol.py. */

import { Composer } from "./chat/composer.js";
import { Connection } from "./chat/connection.js";
import { Conversation } from "./chat/conversation.js";
import { Frame } from "./chat/frame.js";
import { Memory } from "./chat/memory.js";
import { Notice } from "./chat/notice.js";
import { Transcript } from "./chat/transcript.js";

const EXPIRED = 4401;

const settings = JSON.parse(document.querySelector("#settings").textContent);
const openers = document.querySelector("#openers");
const eraser = document.querySelector("#forget");

const memory = new Memory(settings.token);
const connection = new Connection(settings.socket, settings.subprotocol);
const notice = new Notice();
const transcript = new Transcript({
  askAgain: (id) => {
    conversation.askAgain(id);
    composer.focus();
  },
  ask: (text, language) => {
    conversation.ask(text, language);
    composer.focus();
  },
});
const conversation = new Conversation({ connection, transcript, memory, changed: showState });
const composer = new Composer({
  send: (text) => conversation.ask(text),
  stop: () => conversation.stop(),
});

function showState() {
  composer.busy = Boolean(conversation.current);
  openers.hidden = !conversation.isEmpty;
  eraser.hidden = conversation.isEmpty;
}

openers.addEventListener("click", ({ target }) => {
  if (target.localName !== "button") return;
  conversation.ask(target.textContent);
  composer.focus();
});

eraser.addEventListener("click", () => {
  if (!confirm("Delete this conversation, for you and for the staff? This cannot be undone.")) return;
  if (!conversation.forget()) notice.reconnecting();
});

const kept = memory.recall();

connection.addEventListener("open", () => notice.clear());
connection.addEventListener("lost", () => notice.reconnecting());
connection.addEventListener("held", ({ detail: reason }) => notice.held(reason));
connection.addEventListener("refused", ({ detail: code }) => {
  const isOld = connection.token !== settings.token;
  memory.startAfresh(settings.token);
  if (code === EXPIRED && isOld) {
    conversation.startAfresh();
    connection.open(settings.token);
  } else {
    notice.closed();
  }
});

if (settings.sites) new Frame(settings.sites, { opened: () => composer.focus() });
else composer.focus();

// Where a keyboard on the screen covers the page instead of resizing it (iOS).
visualViewport?.addEventListener("resize", () => {
  if (visualViewport.scale !== 1) return;
  document.documentElement.style.setProperty("--height", `${visualViewport.height}px`);
  scrollTo(0, 0);
});

if (kept) conversation.restore(kept.questions);
connection.open(kept?.token ?? settings.token);
