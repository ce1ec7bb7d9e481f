/* One line above the composer about the connection; nothing while all is well. */

const SHORT_ENOUGH_TO_SAY_NOTHING = 1_000;
const LOST = "Connecting again… Whatever you ask is sent as soon as the line is back.";

export class Notice {
  #line = document.querySelector("#notice");
  #timer;

  clear() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#line.hidden = true;
  }

  reconnecting() {
    this.#timer ??= setTimeout(() => this.#say(LOST), SHORT_ENOUGH_TO_SAY_NOTHING);
  }

  /* The server takes us again in a while, and says so in its own words. */
  held(reason) {
    this.clear();
    this.#say(reason);
  }

  /* The server does not want this token: only a new page helps. */
  closed() {
    const link = document.createElement("a");
    link.href = "";
    link.textContent = "Start again";
    this.#say("This chat has ended.", link);
  }

  #say(...content) {
    this.#line.replaceChildren(...content);
    this.#line.hidden = false;
  }
}
