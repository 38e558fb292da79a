// A running exam: every change is saved, the clock runs by the server's time, questions change in place.
// The same pages work without it: each button then sends the form.
import { onKey, personal } from "./site.js";
import { Outbox, held, waiting } from "./quiz-outbox.js";
import { startClock } from "./exam-clock.js";
import { forgetMarks, mark, showMarks } from "./quiz-marks.js";
import { announce } from "./quiz-note.js";
import { chooses, draft, pickNumber, restore, tab, takeMilliseconds, toggleFlag, toggleStruck } from "./quiz-form.js";
import { watchOrder } from "./quiz-order.js";

const exam = document.getElementById("exam");
const words = exam.dataset;
const total = Number(words.total);
const place = document.querySelector("[data-question]");
const save = document.querySelector("[data-save]");
const notice = document.querySelector("[data-notice]");
const form = () => document.getElementById("exam-form");
const csrf = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
let number = Number(words.number);
let seen = Number(words.revision);
let turn = 0;
let pages = null; // every question in one language, once fetched: then the network may go
let ownPages = null; // those in the language in which a strict exam shows every question first
let strikeNext = false;
const drafts = new Map(); // what this page knows of each question, newer than any fetched page
const states = new Map(); // how each question is kept

const say = (text) => { notice.textContent = text; notice.hidden = !text; };
const showState = () => {
  const state = states.get(number) ?? "";
  const text = { saving: words.saving, saved: words.saved, kept: words.kept }[state] ?? "";
  if (save.textContent !== text) save.textContent = text;
  if (state) save.dataset.state = state; else delete save.dataset.state;
};

const outbox = new Outbox(words.attempt, async () => csrf() ?? (await personal())?.token ?? "");
outbox.addEventListener("state", ({ detail }) => {
  states.set(detail.number, detail.state);
  if (detail.state === "saved") {
    seen = Math.max(seen, detail.reply.revision);
    clock?.correct(detail.reply.remaining_ms);
    say(detail.reply.changed.includes(number) ? words.elsewhere : "");
  } else if (detail.state === "kept") say(navigator.onLine === false ? words.noNetwork : "");
  else if (detail.state === "refused") say(words.refused);
  else if (detail.state === "closed") leaveFor(detail.reply.result);
  showState();
});
const leaveFor = (address) => { say(words.over); forgetMarks("exam"); location.replace(address); };

// --- one question ---------------------------------------------------------------------------------------
const cell = (of) => document.querySelector(`[data-cell="${of}"]`);
const showCell = (of, now) => {
  const box = cell(of);
  if (!box) return;
  const answered = now.option.length > 0 || Boolean(now.typed) || now.pairs.some(([, value]) => value);
  box.dataset.state = answered ? "answered" : "seen";
  box.querySelector("[data-cell-state]").textContent = answered ? words.answered : words.seen;
  box.toggleAttribute("data-flagged", now.flagged === "yes");
  box.querySelector("[data-cell-flag]").hidden = now.flagged !== "yes";
};

const store = () => {
  const now = draft(form());
  drafts.set(number, now);
  showCell(number, now);
  turn += 1;
  const fields = { ...now, key: `${tab}.${turn}`, seen, language: form().dataset.language, ms: takeMilliseconds(), at: Date.now(), do: "save" };
  return outbox.put(number, form().getAttribute("action"), fields);
};

const mount = () => {
  number = Number(form().dataset.number);
  const unsent = held(words.attempt, number);
  if (unsent && !drafts.has(number)) drafts.set(number, fromFields(unsent.fields));
  restore(form(), drafts.get(number));
  watchOrder(form());
  if (unsent) states.set(number, "kept");
  else if (!states.has(number) && form().querySelector("input[name=option]:checked")) states.set(number, "saved");
  showState();
  showMarks("exam", words.attempt, number);
  for (const button of document.querySelectorAll("[data-cell] .cell")) {
    if (Number(button.value) === number) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
  }
  const title = words.title.replace("{n}", number);
  document.querySelector(".quiz-bar__name").textContent = title;
  document.title = document.title.replace(/^[^·]*/, `${title} `);
};
const fromFields = (fields) => ({
  option: fields.filter(([name]) => name === "option").map(([, value]) => value),
  struck: fields.filter(([name]) => name === "struck").map(([, value]) => value),
  pairs: fields.filter(([name]) => /^(pair|place)-/.test(name)),
  ...Object.fromEntries(["typed", "confidence", "flagged"].map((key) => [key, fields.find(([name]) => name === key)?.[1] ?? ""])),
});

const goTo = (wanted, push = true) => {
  if (!pages) return false;
  if (push) store();
  if (words.strict && wanted !== number && ownPages) { pages = ownPages; shownIn = words.strict; }
  const part = new DOMParser().parseFromString(pages[wanted - 1], "text/html").getElementById("exam-form");
  place.replaceChildren(part);
  mount();
  say("");
  if (push) history.pushState({ number: wanted }, "", `${words.base}${wanted}/`);
  scrollTo({ top: 0 });
  const heading = document.querySelector(".quiz-bar__name");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
};

// All questions as the server has them; its revision, or 0 without an answer.
let shownIn = words.strict ? "" : new URLSearchParams(location.search).get("in") ?? "";
const fetchPages = async (language = shownIn) => {
  shownIn = language;
  try {
    const answer = await fetch(`${words.base}all/${language ? `?in=${language}` : ""}`);
    if (!answer.ok) return 0;
    const held = await answer.json();
    pages = held.questions;
    if (language === words.strict || (words.strict && !language)) ownPages = pages;
    return held.revision;
  } catch { return 0; /* until it comes, buttons send the form */ }
};

// Back in this tab: what another one did meanwhile is shown.
const lookAgain = async () => {
  if (document.hidden || waiting(words.attempt).length) return;
  const revision = await fetchPages(words.strict ?? shownIn);
  if (revision <= seen || waiting(words.attempt).length) return;
  seen = revision;
  const before = JSON.stringify(draft(form()));
  drafts.clear();
  place.replaceChildren(new DOMParser().parseFromString(pages[number - 1], "text/html").getElementById("exam-form"));
  mount();
  if (JSON.stringify(draft(form())) !== before) say(words.elsewhere);
};

// --- what people do --------------------------------------------------------------------------------------
const act = async (button) => {
  const { name, value } = button;
  if (name === "strike") { toggleStruck(form(), button.closest("[data-option]")); store(); return true; }
  if (button.hasAttribute("data-flag")) { toggleFlag(form()); store(); return true; }
  if (name === "in") {
    const now = draft(form());
    drafts.set(number, now);
    const before = pages;
    const was = shownIn;
    pages = null;
    await fetchPages(value);
    if (pages) { goTo(number, false); form().querySelector("[data-in]")?.focus(); return true; }
    [pages, shownIn] = [before, was];
    say(words.noNetwork);
    return true;
  }
  if (value === "overview" || (value === "next" && number === total)) {
    await store();
    if (navigator.onLine === false) { say(words.noNetwork); return true; }
    location.href = `${words.base}overview/`;
    return true;
  }
  const wanted = { next: number + 1, previous: number - 1 }[value] ?? Number(value);
  if (value === "next") warnOfCount();
  return goTo(wanted);
};
const warnOfCount = () => {
  const count = form().querySelectorAll("input[name=option]:checked").length;
  if (chooses(form()) > 1 && count > 0 && count < chooses(form())) announce(words.tooFew.replace("{n}", chooses(form())));
};

if (place) {
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "exam-form") return;
    const button = event.submitter;
    const needsPages = button && !["strike", "in"].includes(button.name) && !button.hasAttribute("data-flag") && button.value !== "overview";
    if (!button || (needsPages && !pages && navigator.onLine !== false)) return;
    event.preventDefault();
    if (needsPages && !pages) { store(); say(words.noNetwork); return; }
    act(button);
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.closest("#exam-form")) return;
    const count = form().querySelectorAll("input[name=option]:checked").length;
    if (target.type === "checkbox" && count > chooses(form())) {
      target.checked = false;
      announce(words.tooMany.replace("{n}", chooses(form())));
      return;
    }
    if (target.name === "option" && form().elements.namedItem("typed")) form().elements.namedItem("typed").value = "";
    store();
  });
  addEventListener("popstate", () => { const at = Number(location.pathname.match(/\/(\d+)\/$/)?.[1]); if (!at || !goTo(at, false)) location.reload(); });
  for (let n = 0; n < 6; n += 1) {
    onKey(`Digit${n + 1}`, () => {
      const pick = form().querySelectorAll("[data-option]")[n];
      if (strikeNext && pick) { toggleStruck(form(), pick); store(); }
      else if (!pickNumber(form(), n)) announce(words.tooMany.replace("{n}", chooses(form())));
      strikeNext = false;
    });
  }
  const press = (selector) => form().querySelector(selector)?.click();
  onKey("KeyX", () => { strikeNext = true; });
  onKey("KeyH", mark);
  onKey("KeyF", () => press("[data-flag]"));
  onKey("KeyL", () => press("[data-in]"));
  onKey("KeyP", () => press("button[value=previous]"));
  onKey("KeyO", () => press("button[value=overview]"));
  onKey("Enter", (event) => (event.target.closest("a, button, summary, select") ? false : press(".exam-bar button[value=next], .exam-bar .button--main")));
  mount();
  fetchPages();
  addEventListener("visibilitychange", lookAgain);
}

// Ending first empties the outbox, for at most five seconds.
document.querySelector("[data-end]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await Promise.race([outbox.drain(), new Promise((done) => setTimeout(done, 5000))]);
  event.target.append(Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: "end" }));
  event.target.submit();
});
addEventListener("offline", () => say(words.noNetwork));
addEventListener("online", () => { say(""); if (place && !pages) fetchPages(); });
const clock = startClock({ words, announce, over: async () => {
  say(words.over);
  forgetMarks("exam");
  if (place) await Promise.race([outbox.drain(), new Promise((done) => setTimeout(done, 5000))]);
  location.replace(`${words.base}result/`);
} });
try { localStorage.setItem("decouple.exam", words.attempt); } catch { /* the banner on other pages is then missing */ }
// The overview was made before what waited here was sent.
const waited = waiting(words.attempt).length > 0;
outbox.drain().then((empty) => { if (waited && empty && !place) location.reload(); });
