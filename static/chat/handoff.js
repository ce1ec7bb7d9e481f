/* Whom the guest can reach when a person has to help; in danger, one large button that calls. */

import { element } from "./element.js";

export function handoff({ urgent, name, phone, dials, email }) {
  if (urgent) return [way("call", dials && `tel:${dials}`, "phone", "Call", phone)];
  return [
    dials && way("chip", `tel:${dials}`, "phone", `Call ${name}`, phone),
    email && way("chip", `mailto:${email}`, "mail", `Write to ${name}`, email),
  ].filter(Boolean);
}

function way(className, address, drawing, label, detail) {
  const texts = element("span", "", label, " ", element("bdi", "detail", detail));
  const made = element("a", className, icon(drawing), texts);
  if (address) made.href = address;
  return made;
}

function icon(name) {
  const icons = document.querySelector("#icons").content;
  return icons.querySelector(`[data-icon="${name}"]`).cloneNode(true);
}
