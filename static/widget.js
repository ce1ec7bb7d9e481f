/* Puts the chat on a restaurant's own page, with one tag:

     <script src="https://concierge.example/widget.js" data-property="the-slug" async></script>

   A button in the corner opens the chat in a frame. Which sites may frame it, the server says;
   on any other the browser refuses the frame, and the panel says so instead of staying grey.
   docs/embed.md explains it to whoever adds the tag. */

(() => {
  const { src, dataset } = document.currentScript;
  const ORIGIN = new URL(src).origin;
  // Beside this script, wherever that is.
  const ADDRESS = new URL(`w/${encodeURIComponent(dataset.property)}/`, src).href;
  // The frame answers a greeting at once, if it is allowed to exist.
  const ANSWERS_WITHIN = 3_000;

  const STYLE = `
    :host { all: initial; color-scheme: light dark; --accent: #1f5b4a; --ink: #fff; --paper: #f6f3ec; --text: #23271f; }
    [hidden] { display: none !important; }
    button, .panel { position: fixed; z-index: 2147483000; font: 600 16px/1.4 system-ui, sans-serif; }
    button { display: flex; align-items: center; gap: 8px; padding: 12px 20px; border: 0; border-radius: 28px; background: var(--accent); color: var(--ink); cursor: pointer; }
    button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
    svg { width: 22px; height: 22px; }
    .launch { right: calc(20px + env(safe-area-inset-right)); bottom: calc(20px + env(safe-area-inset-bottom)); box-shadow: 0 4px 20px rgb(0 0 0 / 25%); }
    .panel { right: 20px; bottom: 20px; display: flex; width: 400px; height: min(660px, calc(100dvh - 40px)); overflow: hidden; border-radius: 18px; background: var(--paper); box-shadow: 0 8px 48px rgb(0 0 0 / 28%); animation: rise 180ms ease-out; }
    iframe { width: 100%; height: 100%; border: 0; }
    .refused { display: grid; gap: 20px; place-content: center; justify-items: center; width: 100%; padding: 32px; color: var(--text); font-weight: 400; text-align: center; }
    .refused p { margin: 0; }
    .refused button { position: static; }
    @keyframes rise { from { opacity: 0; transform: translateY(16px); } }
    @media (max-width: 480px), (max-height: 480px) { .panel { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; } }
    @media (prefers-reduced-motion: reduce) { .panel { animation: none; } }
    @media (prefers-color-scheme: dark) { :host { --accent: #8bd0b4; --ink: #0c2119; --paper: #121614; --text: #eceae2; } }`;

  const host = document.createElement("concierge-chat");
  const root = host.attachShadow({ mode: "open" });
  // A sheet of our own making also passes a page whose policy forbids inline styles.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const launch = element("button", { type: "button", className: "launch" }, icon(), "Ask us");
  launch.setAttribute("aria-haspopup", "dialog");
  const panel = element("div", { className: "panel", hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", "Chat");
  let frame = null;
  let patience;

  launch.addEventListener("click", open);
  panel.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  addEventListener("message", ({ source, origin, data }) => {
    if (origin !== ORIGIN || !frame || source !== frame.contentWindow) return;
    if (data === "concierge:ready") {
      clearTimeout(patience);
      enter();
    }
    if (data === "concierge:close") close();
  });
  root.append(launch, panel);
  // Not into the body: an async script may come before it, and its transforms would move us.
  document.documentElement.append(host);

  function open() {
    launch.hidden = true;
    panel.hidden = false;
    if (frame) enter();
    else load();
  }

  function close() {
    panel.hidden = true;
    launch.hidden = false;
    launch.focus();
  }

  function load() {
    frame = element("iframe", { src: ADDRESS, title: "Chat" });
    frame.addEventListener("load", () => {
      clearTimeout(patience);
      patience = setTimeout(refused, ANSWERS_WITHIN);
      say("concierge:hello");
    });
    panel.replaceChildren(frame);
  }

  function enter() {
    frame.focus();
    say("concierge:opened");
  }

  function say(message) {
    frame.contentWindow.postMessage(message, ORIGIN);
  }

  function refused() {
    frame = null;
    const message = element("p", {}, "The chat isn’t available on this site.");
    const button = element("button", { type: "button" }, "Close");
    button.addEventListener("click", close);
    panel.replaceChildren(element("div", { className: "refused" }, message, button));
    button.focus();
    console.warn(`Concierge: add ${location.origin} to the property's widget sites to show the chat here.`);
  }

  function element(name, properties, ...content) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...content);
    return made;
  }

  function icon() {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("fill", "currentColor");
    drawing.setAttribute("aria-hidden", "true");
    const bubble = document.createElementNS(space, "path");
    bubble.setAttribute("d", "M5 4h14a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-7l-5 4v-4H5a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z");
    drawing.append(bubble);
    return drawing;
  }
})();
