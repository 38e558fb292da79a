// Review: keys. Every page works without it.
import { onKey } from "./site.js";

const press = (selector) => { const found = document.querySelector(selector); found?.click(); return Boolean(found); };
onKey("KeyZ", () => press("[data-undo]"));

const shown = document.querySelector("[data-show]");
if (shown) {
  onKey("Space", (event) => {
    if (event.target.closest("a, button, summary")) return false;
    shown.open = true;
    shown.querySelector("[data-outcome]").focus();
    return true;
  });
  for (const number of [1, 2]) onKey(`Digit${number}`, () => shown.open && press(`[data-outcome="${number}"]`));
  shown.addEventListener("toggle", () => { if (shown.open) shown.querySelector("[data-outcome]").focus({ preventScroll: true }); });
}
// A second press must not answer the next card.
for (const form of document.querySelectorAll(".recall__outcomes")) {
  form.addEventListener("submit", () => { for (const button of form.querySelectorAll("button")) setTimeout(() => { button.disabled = true; }); });
}
