/* The conversation as the guest sees it. Everything that came over the line is shown as text. */

import { card } from "./cards.js";
import { element } from "./element.js";
import { handoff } from "./handoff.js";

const KINDS = { faq: "Questions and answers", menu: "Menu", recommendation: "Recommendations" };
const NEARLY = 40;

export class Transcript {
  #list = document.querySelector("#transcript");
  #scroller = document.querySelector("#scroller");
  #template = document.querySelector("#turn");
  #contact = document.querySelector("#contact");
  #askAgain;
  #ask;

  constructor({ askAgain, ask }) {
    this.#askAgain = askAgain;
    this.#ask = ask;
  }

  add({ id, text }) {
    const turn = this.#template.content.cloneNode(true).firstElementChild;
    turn.id = id;
    turn.querySelector(".question").textContent = text;
    this.#list.append(turn);
    this.#scroller.scrollTop = this.#endOf(turn);
  }

  remove(id) {
    document.getElementById(id).remove();
  }

  show(id, frame) {
    const turn = document.getElementById(id);
    const follows = this.#scroller.scrollTop > this.#endOf(turn) - NEARLY;
    this.#draw(turn.querySelector(".answer"), frame, id);
    if (follows) this.#scroller.scrollTop = Math.max(this.#scroller.scrollTop, this.#endOf(turn));
  }

  /* As far down as a turn may be followed: its question stays in sight. */
  #endOf(turn) {
    const { scrollHeight, clientHeight } = this.#scroller;
    return Math.min(scrollHeight - clientHeight, turn.offsetTop - NEARLY / 2);
  }

  #draw(answer, frame, id) {
    switch (frame.type) {
      case "accepted":
        return clear(answer);
      case "token":
        return answer.querySelector(".text").append(frame.text);
      case "sources":
        return showSources(answer, frame.sources);
      case "cards":
        return showCards(answer, frame.cards);
      case "choices":
        return this.#offer(answer, frame.choices);
      case "handoff":
        return showHandoff(answer, frame);
      case "done":
        return this.#settle(answer, id, frame);
      case "error":
        return this.#settle(answer, id, { status: "failed", message: frame.message });
    }
  }

  /* What comes near, or yes and no: a tap asks it, in the language of the answer above. */
  #offer(answer, choices) {
    const list = answer.querySelector(".choices");
    list.hidden = !choices.length;
    list.replaceChildren(
      ...choices.map(({ title }) => {
        const button = element("button", "chip", element("bdi", "", title));
        button.type = "button";
        button.addEventListener("click", () => this.#ask(title, answer.lang || undefined));
        return element("li", "", button);
      }),
    );
  }

  #settle(answer, id, { status, message, language }) {
    if (language) answer.lang = language;
    // Only a finished answer is read out by a screen reader, not each of its words.
    answer.setAttribute("aria-busy", "false");
    const outcome = answer.querySelector(".outcome");
    outcome.textContent = {
      stopped: "You stopped this answer.",
      incomplete: "This answer broke off.",
      failed: message,
    }[status] ?? "";
    outcome.hidden = !outcome.textContent;
    const actions = answer.querySelector(".actions");
    if (status === "incomplete" || status === "failed") actions.append(this.#again(id));
    if (status === "failed") actions.append(this.#contact.content.cloneNode(true));
    actions.hidden = !actions.children.length;
  }

  #again(id) {
    const button = element("button", "chip strong", "Try again");
    button.type = "button";
    button.addEventListener("click", () => this.#askAgain(id));
    return button;
  }
}

function clear(answer) {
  answer.querySelector(".text").replaceChildren();
  const parts = ".handoff, .cards, .choices, .sources, .outcome, .actions";
  for (const part of answer.querySelectorAll(parts)) {
    part.hidden = true;
  }
  for (const part of answer.querySelectorAll(".handoff, .cards, .choices")) part.replaceChildren();
}

/* Filled after it is shown: a screen reader announces what changes in an alert, not what is. */
function showHandoff(answer, frame) {
  const box = answer.querySelector(".handoff");
  box.hidden = false;
  box.classList.toggle("urgent", frame.urgent);
  if (frame.urgent) box.setAttribute("role", "alert");
  box.replaceChildren(...handoff(frame));
}

function showSources(answer, sources) {
  const box = answer.querySelector(".sources");
  const [first, ...others] = sources;
  box.hidden = !first;
  if (!first) return;
  const title = element("bdi", "", first.title);
  const more = others.length ? ` and ${others.length} more` : "";
  box.querySelector("summary").replaceChildren(element("span", "label", "Source: "), title, more);
  box.querySelector("ul").replaceChildren(
    ...sources.map((source) => {
      const item = element("li", "", element("bdi", "", source.title));
      item.append(element("span", "kind", KINDS[source.type] ?? source.type));
      return item;
    }),
  );
}

function showCards(answer, cards) {
  const list = answer.querySelector(".cards");
  list.hidden = !cards.length;
  list.replaceChildren(...cards.map(card));
}
