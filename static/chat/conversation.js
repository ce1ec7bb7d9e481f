/* The guest's questions and how far each answer has come, as concierge/chat/protocol.py tells it.

   A question keeps its id for good, so asking again is how an answer is resumed: after a lost
   connection from its last frame, after a reload of the page from its first. */

export class Conversation {
  #turns = new Map();
  #connection;
  #transcript;
  #memory;
  #changed;
  #forgetting = false;

  constructor({ connection, transcript, memory, changed }) {
    this.#connection = connection;
    this.#transcript = transcript;
    this.#memory = memory;
    this.#changed = changed;
    connection.addEventListener("open", () => this.#resume());
    connection.addEventListener("frame", ({ detail }) => this.#receive(detail));
  }

  /* The question that is being answered or waits for a connection. */
  get current() {
    return [...this.#turns.values()].find((turn) => !turn.settled);
  }

  get isEmpty() {
    return !this.#turns.size;
  }

  restore(questions) {
    for (const { id, text, language } of questions) this.#add(id, text, language).restored = true;
  }

  /* In `language` where the text is not the guest's own: a title that they tapped. */
  ask(text, language) {
    const turn = this.#add(newId(), text, language);
    this.#remember();
    this.#send(turn);
  }

  askAgain(id) {
    const { text, language } = this.#turns.get(id);
    this.#forget(id);
    this.ask(text, language);
  }

  stop() {
    const turn = this.current;
    if (!turn) return;
    turn.stopping = true;
    if (turn.sent) this.#connection.send({ type: "stop", id: turn.id });
    else this.#forget(turn.id);
    this.#changed();
  }

  /* The guest's right to erase. What is shown goes when the server has nothing left of it. */
  forget() {
    this.#forgetting = this.#connection.send({ type: "forget" });
    return this.#forgetting;
  }

  /* With a new token: the old conversation is closed to us, only what waits is asked again. */
  startAfresh() {
    for (const turn of [...this.#turns.values()]) {
      if (turn.restored || turn.settled) this.#forget(turn.id);
    }
  }

  #add(id, text, language) {
    const turn = { id, text, language, after: 0 };
    this.#turns.set(id, turn);
    this.#transcript.add(turn);
    this.#changed();
    return turn;
  }

  #forget(id) {
    this.#turns.delete(id);
    this.#transcript.remove(id);
    this.#remember();
    this.#changed();
  }

  /* Erased, here or elsewhere. Who deleted it in another tab, or had it deleted at the desk, may
     have asked something meanwhile: that begins the next conversation. */
  #beginAnew(token) {
    this.#memory.startAfresh(token);
    this.#connection.changeTo(token);
    for (const turn of [...this.#turns.values()]) {
      if (this.#forgetting || turn.restored || turn.settled) this.#forget(turn.id);
      else turn.after = 0;
    }
    this.#forgetting = false;
    this.#resume();
  }

  #remember() {
    const turns = [...this.#turns.values()];
    this.#memory.keep(turns.map(({ id, text, language }) => ({ id, text, language })));
  }

  #send(turn) {
    const { id, text, language, after } = turn;
    if (!this.#connection.send({ type: "question", id, text, after, language })) return;
    turn.sent = true;
    if (turn.stopping) this.#connection.send({ type: "stop", id });
  }

  #resume() {
    for (const turn of this.#turns.values()) if (!turn.settled) this.#send(turn);
  }

  #receive(frame) {
    if (frame.type === "pong") return;
    if (frame.type === "forgotten") return this.#beginAnew(frame.token);
    // An error about a frame that could not be used names no answer.
    const turn = frame.id ? this.#turns.get(frame.id) : this.current;
    if (!turn || turn.settled) return;
    const startsOver = frame.type === "accepted";
    if (frame.n <= turn.after && !startsOver) return;
    turn.after = frame.n ?? turn.after;
    turn.settled = frame.type === "done" || frame.type === "error";
    this.#transcript.show(turn.id, frame);
    if (turn.settled) this.#changed();
  }
}

/* A random UUID. crypto.randomUUID is missing where a hotel tries this without HTTPS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
