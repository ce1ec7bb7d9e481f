/* Where the guest writes. Its button sends, and while an answer runs it stops it. */

const COUNT_FROM = 0.8;
const HAS_KEYBOARD = matchMedia("(pointer: fine)");

export class Composer {
  #form = document.querySelector("#composer");
  #field = document.querySelector("#question");
  #count = document.querySelector("#count");
  #button = this.#form.querySelector("button");
  #busy = false;

  constructor({ send, stop }) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#busy) stop();
      else this.#take(send);
      this.focus();
    });
    this.#field.addEventListener("keydown", (event) => {
      // Enter also ends the choice of a character in an input method (229 in older Safari).
      const composes = event.isComposing || event.keyCode === 229;
      if (event.key !== "Enter" || event.shiftKey || composes) return;
      event.preventDefault();
      if (!this.#busy) this.#take(send);
    });
    this.#field.addEventListener("input", () => this.#fit());
    this.#fit();
  }

  set busy(busy) {
    this.#busy = busy;
    this.#button.classList.toggle("busy", busy);
    this.#button.title = busy ? "Stop" : "Send";
    this.#button.setAttribute("aria-label", this.#button.title);
    this.#fit();
  }

  /* Not by a finger: nobody who taps a button asks for the keyboard on the screen. */
  focus() {
    if (HAS_KEYBOARD.matches) this.#field.focus();
  }

  #take(send) {
    const text = this.#field.value.trim();
    if (!text) return;
    this.#field.value = "";
    this.#fit();
    send(text);
  }

  #fit() {
    const { value, maxLength, style } = this.#field;
    style.height = "auto";
    style.height = `${this.#field.scrollHeight}px`;
    this.#count.hidden = value.length < maxLength * COUNT_FROM;
    this.#count.textContent = `${value.length} / ${maxLength}`;
    this.#button.disabled = !this.#busy && !value.trim();
  }
}
