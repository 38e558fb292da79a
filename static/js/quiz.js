// Practice: feedback in place, the language of the question in place, keys. Every page works without it.
import { onKey } from "./site.js";
import { mark, showMarks } from "./quiz-marks.js";
import { chooses, draft, pickNumber, restore, takeMilliseconds, toggleStruck } from "./quiz-form.js";
import { watchOrder } from "./quiz-order.js";
import { openAtOnce } from "./quiz-watch.js";

const question = () => document.getElementById("question");
const form = () => question().querySelector("form[data-answer]");
let strikeNext = false;

const [, attempt] = location.pathname.match(/\/practice\/([\w-]+)\//) ?? [];
const prepare = () => {
  if (question().dataset.state === "asking") watchOrder(form());
  showMarks("practice", attempt, question().dataset.number);
};

// What was chosen in a tab that did not know of a pause: it is there again when the set goes on.
const DRAFT = "decouple.draft";
const place = () => `${attempt}/${question().dataset.number}`;
const keepDraft = (held) => { try { sessionStorage.setItem(DRAFT, JSON.stringify({ place: place(), held })); } catch { /* then it is chosen again */ } };
const takeDraft = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(DRAFT));
    if (kept?.place !== place() || question().dataset.state !== "asking") return;
    sessionStorage.removeItem(DRAFT);
    restore(form(), kept.held);
  } catch { /* nothing was kept */ }
};

// Sends the form as a button would, and puts the answer's part in the place of the question.
const send = async (target, button) => {
  const fields = new FormData(target, button);
  if (target.matches("[data-answer]")) fields.set("ms", takeMilliseconds());
  fields.set("at", Date.now());
  const answer = await fetch(target.action, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "Decouple-Part": "question" },
  });
  if (answer.redirected && !answer.headers.get("content-type")?.includes("html")) throw new Error("redirect");
  if (answer.status >= 500 || answer.status === 403 || answer.status === 404) throw new Error(answer.status);
  return answer;
};

const show = (html) => {
  const part = new DOMParser().parseFromString(html, "text/html").getElementById("question");
  if (!part) return false;
  question().replaceWith(part);
  prepare();
  openAtOnce();
  return true;
};

const submit = async (target, button) => {
  const failure = target.querySelector("[data-failure]");
  const words = button.textContent;
  const slow = setTimeout(() => { if (button.dataset.busy) button.textContent = button.dataset.busy; }, 300);
  if (failure) failure.hidden = true;
  const held = target.matches("[data-answer]") && question().dataset.state === "asking" ? draft(target) : null;
  try {
    const answer = await send(target, button);
    if (!show(await answer.text())) {
      if (answer.status === 409 && held) keepDraft(held);
      location.reload();
      return;
    }
    if (button.name === "in" && held && question().dataset.state === "asking") restore(form(), held);
    const heading = document.getElementById("answer") ?? document.getElementById("incomplete");
    if (button.hasAttribute("data-check") || answer.status === 400) { heading?.focus(); heading?.scrollIntoView({ block: "nearest" }); }
    else document.querySelector(button.hasAttribute("data-flag") ? "[data-flag]" : button.name === "in" ? "[data-in]" : `#question [name="${button.name}"]`)?.focus();
  } catch {
    if (!failure) { location.reload(); return; }
    failure.textContent = form().querySelector("[data-check]").dataset.failed;
    failure.hidden = false;
  } finally {
    clearTimeout(slow);
    if (button.isConnected) button.textContent = words;
  }
};

document.addEventListener("submit", (event) => {
  const target = event.target.closest("#question form:not([data-plain])");
  if (!target) return;
  event.preventDefault();
  const given = event.submitter;
  const button = given?.matches("[aria-hidden]") ? target.querySelector("[data-check]") ?? given : given;
  if (button.name === "strike") { toggleStruck(target, button.closest("[data-option]")); return; }
  submit(target, button);
});

// One option too many is not taken.
const sayTooMany = (list) => { const failure = document.querySelector("[data-failure]"); failure.textContent = list.dataset.tooMany; failure.hidden = false; };
document.addEventListener("change", ({ target }) => {
  const list = target.closest("#question [data-too-many]");
  if (!list) return;
  document.querySelector("[data-failure]").hidden = true;
  if (!target.checked || list.querySelectorAll("input[name=option]:checked").length <= chooses(form())) return;
  target.checked = false;
  sayTooMany(list);
});

const press = (selector) => { const found = document.querySelector(selector); found?.click(); return Boolean(found); };
for (let number = 0; number < 6; number += 1) {
  onKey(`Digit${number + 1}`, () => {
    if (question().dataset.state !== "asking") return false;
    const strike = strikeNext;
    strikeNext = false;
    const pick = form().querySelectorAll("[data-option]")[number];
    if (strike && pick) toggleStruck(form(), pick);
    else if (!pickNumber(form(), number)) sayTooMany(form().querySelector("[data-too-many]"));
    return true;
  });
}
onKey("KeyX", () => { strikeNext = true; });
onKey("KeyH", mark);
onKey("KeyF", () => press("[data-flag]"));
onKey("KeyL", () => press("[data-in]"));
onKey("KeyP", () => { const before = Number(question().dataset.number) - 1; if (before) location.href = `../${before}/`; });
onKey("Enter", (event) => (event.target.closest("a, button, summary, select") ? false : press("[data-check], [data-next]")));
prepare();
takeDraft();
