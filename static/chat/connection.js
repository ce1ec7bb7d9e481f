/* One websocket that comes back by itself. It knows frames as JSON and nothing of their meaning.

   Events: "open"; "lost"; "held" (detail: the server's sentence that says when it takes us again);
   "frame" (detail: the frame); "refused" (detail: the closing code, after which it does not come
   back by itself). */

const PING_EVERY = 25_000;
const SILENT_FOR_TOO_LONG = 8_000;
const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 15_000;
const REFUSALS = new Set([4401, 4404]);
const TOO_MANY = 4429;

export class Connection extends EventTarget {
  #url;
  #subprotocol;
  #token;
  #socket = null;
  #failures = 0;
  #retry;
  #ping;
  #patience;

  constructor(path, subprotocol) {
    super();
    this.#url = new URL(path, location.href);
    this.#url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.#subprotocol = subprotocol;
    addEventListener("offline", () => this.#drop());
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => {
      // A phone that slept may hold a socket that died without a word.
      if (document.visibilityState === "visible") this.#probe();
    });
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get token() {
    return this.#token;
  }

  open(token) {
    this.#token = token;
    this.#connect();
  }

  /* For the next time that the line breaks. */
  changeTo(token) {
    this.#token = token;
  }

  send(frame) {
    if (this.isOpen) this.#socket.send(JSON.stringify(frame));
    return this.isOpen;
  }

  #connect() {
    clearTimeout(this.#retry);
    const socket = new WebSocket(this.#url, [this.#subprotocol, this.#token]);
    this.#socket = socket;
    this.#expectALife();
    const ifCurrent = (handle) => (event) => socket === this.#socket && handle(event);
    socket.addEventListener("open", ifCurrent(() => this.#opened()));
    socket.addEventListener("message", ifCurrent(({ data }) => this.#received(data)));
    socket.addEventListener("close", ifCurrent((closing) => this.#closed(closing)));
  }

  #opened() {
    clearTimeout(this.#patience);
    this.#ping = setInterval(() => this.#probe(), PING_EVERY);
    this.dispatchEvent(new Event("open"));
  }

  #received(data) {
    clearTimeout(this.#patience);
    // Not when it opens: a server that lets nobody in at the moment opens a line and closes it.
    this.#failures = 0;
    this.dispatchEvent(new CustomEvent("frame", { detail: JSON.parse(data) }));
  }

  #closed({ code, reason } = {}) {
    this.#socket = null;
    clearInterval(this.#ping);
    clearTimeout(this.#patience);
    if (REFUSALS.has(code)) {
      this.#failures = 0;
      this.dispatchEvent(new CustomEvent("refused", { detail: code }));
      return;
    }
    const isHeld = code === TOO_MANY;
    const pause = isHeld ? LONGEST_PAUSE : Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE);
    this.#failures += 1;
    // Half of it by chance: after a restart of the server not all guests knock at once.
    this.#retry = setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2));
    this.dispatchEvent(isHeld ? new CustomEvent("held", { detail: reason }) : new Event("lost"));
  }

  #probe() {
    if (this.send({ type: "ping" })) this.#expectALife();
    else this.#hurry();
  }

  #expectALife() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#drop(), SILENT_FOR_TOO_LONG);
  }

  #drop() {
    // The close event of a dead line comes minutes late, so it is not waited for.
    const socket = this.#socket;
    if (!socket) return;
    this.#closed();
    socket.close();
  }

  #hurry() {
    if (this.#socket || !this.#failures) return;
    this.#failures = 0;
    this.#connect();
  }
}
