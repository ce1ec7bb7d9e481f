/* What a reload of the page keeps: the token and the questions, for as long as the tab lives.

   Nothing is stored before the first question. A browser that forbids storage in frames of other
   sites loses the conversation on a reload, and nothing else. */

/* The server replays its last 50 (storage.py); beyond them it would answer anew. */
const LONGEST = 30;

export class Memory {
  #key = `concierge:${location.pathname}`;
  #token;
  #storage;

  constructor(token) {
    this.#token = token;
    try {
      this.#storage = sessionStorage;
    } catch {
      this.#storage = null;
    }
  }

  /* {token, questions: [{id, text}]} of this tab, or null. */
  recall() {
    const kept = JSON.parse(this.#storage?.getItem(this.#key) ?? "null");
    if (kept) this.#token = kept.token;
    return kept;
  }

  keep(questions) {
    if (!questions.length) return this.forget();
    const kept = { token: this.#token, questions: questions.slice(-LONGEST) };
    this.#storage?.setItem(this.#key, JSON.stringify(kept));
  }

  startAfresh(token) {
    this.#token = token;
    this.forget();
  }

  forget() {
    this.#storage?.removeItem(this.#key);
  }
}
