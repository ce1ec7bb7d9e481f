/* The chat inside a frame of a restaurant's page, beside widget.js on the other side. */

export class Frame {
  #host = null;

  /* `sites` are the origins that may frame us; anybody else's messages are not read. */
  constructor(sites, { opened }) {
    const origins = sites.map((site) => new URL(site).origin);
    addEventListener("message", ({ source, origin, data }) => {
      if (source !== parent || !origins.includes(origin)) return;
      this.#host = origin;
      if (data === "concierge:hello") this.#say("concierge:ready");
      if (data === "concierge:opened") opened();
    });
    document.querySelector("#close").addEventListener("click", () => this.#close());
    addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#close();
    });
  }

  #close() {
    this.#say("concierge:close");
  }

  #say(message) {
    if (this.#host) parent.postMessage(message, this.#host);
  }
}
