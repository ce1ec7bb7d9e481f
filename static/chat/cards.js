/* A dish or a place beside the answer: whatever of its facts the staff has recorded. */

import { element } from "./element.js";

const ALLERGENS_BY_LAW = 14;

export function card(content) {
  const made = element("li", "card");
  if (content.photo) made.append(photo(content));
  const body = element("div", "facts", heading(content));
  if (content.text) body.append(element("p", "", content.text));
  const facts = [content.category, content.place, content.distance, content.hours, content.served];
  body.append(line("muted", facts.filter(Boolean).join(" · ")));
  body.append(tags(content.diets ?? []));
  if (content.allergens) body.append(...allergens(content.allergens));
  const link = safeLink(content.url);
  if (link) body.append(link);
  made.append(body);
  for (const text of body.querySelectorAll("p")) text.dir = "auto";
  return made;
}

function heading({ title, price, sold_out: soldOut }) {
  const made = element("h3", "", element("bdi", "", title));
  if (soldOut) made.append(element("span", "sold-out", "Sold out"));
  else if (price) made.append(element("span", "price", price));
  return made;
}

/* The browser takes the width that its screen needs, and keeps the room free until it is there. */
function photo({ photo: address, photo_sizes: sizes = [] }) {
  const image = element("img", "photo");
  image.alt = "";
  image.loading = "lazy";
  image.decoding = "async";
  if (sizes.length) {
    [{ width: image.width, height: image.height }] = sizes;
    image.sizes = "(max-width: 36rem) 90vw, 18rem";
    image.srcset = sizes.map(({ url, width }) => `${url} ${width}w`).join(", ");
  }
  image.src = address;
  image.addEventListener("error", () => image.remove());
  return image;
}

function tags(names) {
  const made = element("ul", "tags", ...names.map((name) => element("li", "", name)));
  made.hidden = !names.length;
  return made;
}

/* What nobody recorded is never shown as free of it: the guest is sent to the staff instead. */
function allergens({ contains = [], may_contain: mayContain = [], verified_free: free = [] }) {
  const known = contains.length + mayContain.length + free.length;
  const unknown = known ? "For other allergens" : "For allergens";
  return [
    line("warning", contains.join(", "), "Contains "),
    line("warning", mayContain.join(", "), "May contain "),
    line("", free.join(", "), "Checked to be free of "),
    line("muted", known < ALLERGENS_BY_LAW ? `${unknown}, please ask the staff.` : ""),
  ];
}

function line(className, text, label) {
  const made = element("p", className, text);
  if (label) made.prepend(element("strong", "", label));
  made.hidden = !text;
  return made;
}

function safeLink(address) {
  const url = parsed(address);
  if (!["http:", "https:", "tel:"].includes(url?.protocol)) return null;
  const link = element("a", "", url.hostname || url.pathname);
  link.href = url.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
