// The reader: walk by sentence, keep the place, reveal terms, copy code. The page is complete without it.
import { calm, isKnown, keepReading, onKey, remember } from "./site.js";

const site = document.getElementById("site");
const reader = document.querySelector(".reader");
const lesson = reader.dataset.lesson;
const units = [...reader.querySelectorAll(".unit[id]")];
const listenButton = document.querySelector("button[data-listen]");

// --- the current sentence -------------------------------------------------------------------------
let current = null;
let bar = null;
export const select = (unit, { scroll = true, address = true } = {}) => {
  if (current) delete current.dataset.current;
  current = unit;
  if (!unit) { bar?.remove(); bar = null; return; }
  unit.dataset.current = "";
  unit.tabIndex = -1;
  unit.focus({ preventScroll: true });
  for (let box = unit.parentElement.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  if (scroll) unit.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  if (address) history.replaceState(null, "", `#${unit.id}`);
  showBar();
};
const showBar = () => {
  if (bar) return;
  bar = document.createElement("div");
  bar.className = "sentence-bar";
  bar.append(button(site.dataset.copyLink, copyLink));
  if (!listenButton.hidden) {
    const { sentence, section } = listenButton.dataset;
    bar.append(speaker(sentence, () => [current]), speaker(section, () => unitsFrom(current, current.closest(".part"))));
  }
  bar.append(button("✕", () => select(null), site.dataset.close));
  document.body.append(bar);
};
const speaker = (text, which) => {
  const made = button(text, () => listen(which(), made));
  made.dataset.on = listenButton.dataset.on;
  return made;
};
// The sentences from this one on, of a section or of the whole lesson.
const unitsFrom = (unit, box) => units.slice(Math.max(0, units.indexOf(unit))).filter((one) => !box || box.contains(one));
const button = (text, action, label) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", action);
  return made;
};
const copyLink = async (event) => {
  const pressed = event.currentTarget;
  const url = new URL(location.href);
  url.hash = current.id;
  const companions = [...current.querySelectorAll(".unit__line--beside")].map((line) => line.lang);
  if (companions.length) url.searchParams.set("with", companions.join(","));
  await copy(url.href, pressed);
};
const copy = async (text, pressed) => {
  const was = pressed.textContent;
  try {
    await navigator.clipboard.writeText(text);
    pressed.textContent = site.dataset.copied;
  } catch {
    pressed.textContent = "✕";
  }
  setTimeout(() => { pressed.textContent = was; }, 1600);
};
const step = (by) => {
  const from = current ? units.indexOf(current) : units.findIndex((unit) => unit.getBoundingClientRect().top > 80) - (by > 0 ? 1 : 0);
  const next = units[Math.max(0, Math.min(units.length - 1, from + by))];
  if (next) select(next);
};
onKey("KeyJ", () => step(1));
onKey("KeyK", () => step(-1));
onKey("Escape", () => { if (!current || pop?.matches(":popover-open")) return false; select(null); });
onKey("KeyN", () => document.querySelector("[data-next]")?.click());
onKey("KeyT", () => { const box = document.querySelector("[data-contents]"); box.open = true; box.querySelector("a").focus(); });
onKey("KeyS", () => document.querySelector("button[data-listen]:not([hidden])")?.click());
onKey("Digit1", () => toggle(0));
onKey("Digit2", () => toggle(1));
onKey("Digit3", () => toggle(2));
onKey("KeyV", () => {
  const choices = [...document.querySelectorAll("[data-layout-choice]")];
  const at = choices.findIndex((choice) => choice.dataset.state === "on");
  choices[(at + 1) % choices.length]?.click();
});
const toggle = (number) => document.querySelectorAll(".chips:first-of-type .chip")[number]?.click?.();

reader.addEventListener("click", (event) => {
  if (event.target.closest("a, button, summary, pre") || String(getSelection())) return;
  const unit = event.target.closest(".unit[id]");
  if (unit) select(unit === current ? null : unit, { scroll: false });
});
if (location.hash) {
  const unit = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (unit?.matches(".unit")) select(unit, { scroll: false, address: false });
}

// --- choices are remembered, and keep the place -----------------------------------------------------
const keepPlace = (link) => {
  const here = current ?? units.find((unit) => unit.getBoundingClientRect().top > 60);
  const url = new URL(link.href);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  if (here && scrollY > 200) url.hash = here.id;
  link.href = url.href;
};
for (const link of document.querySelectorAll("[data-companions]")) {
  link.addEventListener("click", () => { remember("with", link.dataset.companions); keepPlace(link); });
}
for (const link of document.querySelectorAll("[data-layout-choice]")) {
  link.addEventListener("click", () => { remember("layout", link.dataset.layoutChoice); keepPlace(link); });
}

// --- where am I ---------------------------------------------------------------------------------------
const line = document.createElement("div");
line.className = "reading-line";
document.body.append(line);
const sections = [...reader.querySelectorAll("[data-section]")];
let waiting = false;
const drawPlace = () => {
  waiting = false;
  const box = reader.getBoundingClientRect();
  const done = Math.min(1, Math.max(0, -box.top / Math.max(1, box.height - innerHeight)));
  line.style.transform = `scaleX(${done})`;
  const here = sections.findLast((section) => section.getBoundingClientRect().top < 120);
  for (const link of document.querySelectorAll(".contents__sections a")) {
    link.toggleAttribute("data-here", here ? link.hash === `#${here.dataset.section}` : false);
  }
};
addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(drawPlace); } }, { passive: true });

// The place is kept for a known learner, or once somebody has read half a lesson: then there is something to keep.
let lastSeen = "";
let kept = "";
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) lastSeen = entry.target.id;
}, { rootMargin: "-20% 0px -60% 0px" });
units.forEach((unit) => watcher.observe(unit));
const keepPlaceNow = () => {
  if (!lastSeen || lastSeen === kept) return;
  const far = units.findIndex((unit) => unit.id === lastSeen) >= units.length / 2;
  if (!isKnown() && !far) return;
  kept = lastSeen;
  keepReading({ lesson, unit: lastSeen });
};
addEventListener("visibilitychange", () => { if (document.hidden) keepPlaceNow(); });
setInterval(keepPlaceNow, 15_000);

const finish = document.querySelector("[data-finish-link]");
const showFinished = () => { finish.textContent = `✓ ${finish.dataset.done}`; finish.classList.remove("button--main"); };
finish.addEventListener("click", async (event) => {
  if (reader.hasAttribute("data-read")) return;
  event.preventDefault();
  const href = finish.href;
  if (await keepReading({ lesson, unit: units.at(-1)?.id ?? "", finished: "yes" })) {
    reader.dataset.read = "";
    for (const item of document.querySelectorAll(`[data-lesson="${lesson}"]`)) item.dataset.read = "";
    showFinished();
  } else {
    location.href = href;
  }
});
new MutationObserver(showFinished).observe(reader, { attributeFilter: ["data-read"] });

// --- terms --------------------------------------------------------------------------------------------
let pop = null;
reader.addEventListener("click", async (event) => {
  const link = event.target.closest("a.term");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !HTMLElement.prototype.showPopover) return;
  event.preventDefault();
  try {
    const answer = await fetch(`${new URL(link.href).pathname}card/`);
    if (!answer.ok) throw new Error(answer.status);
    pop?.remove();
    pop = document.createElement("div");
    pop.className = "term-pop";
    pop.popover = "auto";
    pop.innerHTML = await answer.text();
    link.after(pop);
    pop.showPopover();
    const at = link.getBoundingClientRect();
    const room = pop.getBoundingClientRect();
    const below = at.bottom + 6 + room.height < innerHeight - 70;
    pop.style.top = `${below ? at.bottom + 6 : Math.max(60, at.top - room.height - 6)}px`;
    pop.style.left = `${Math.max(16, Math.min(at.left, innerWidth - room.width - 16))}px`;
    pop.querySelector("a")?.focus({ preventScroll: true });
    pop.addEventListener("toggle", (change) => { if (change.newState === "closed") link.focus({ preventScroll: true }); });
  } catch {
    location.href = link.href;
  }
});

// --- code ---------------------------------------------------------------------------------------------
for (const box of reader.querySelectorAll(".code__box")) {
  const pressed = button(site.dataset.copy, () => copy(box.querySelector("code").textContent, pressed));
  pressed.className = "code__copy";
  box.append(pressed);
}

// --- listening: the script comes only when somebody wants it -------------------------------------------
const listen = async (which, pressed) => {
  const { toggleListening } = await import(site.dataset.listen);
  toggleListening(which, pressed, (unit) => select(unit, { address: false }));
};
const onScreen = () => units.find((unit) => unit.getBoundingClientRect().top > 60);
if ("speechSynthesis" in window) {
  const offer = () => {
    const spoken = new Set(speechSynthesis.getVoices().map((voice) => voice.lang.slice(0, 2)));
    listenButton.hidden = !spoken.has(document.documentElement.lang);
  };
  offer();
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  listenButton.addEventListener("click", () => listen(unitsFrom(current ?? onScreen()), listenButton));
}

// The contents stand open beside the text; the stylesheet does that where it can.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
  document.querySelector("[data-contents]").open = true;
}
addEventListener("beforeprint", () => { for (const box of reader.querySelectorAll("details")) box.open = true; });
drawPlace();

// Demos get their style and start when they come near; until then they are still pictures.
const near = new IntersectionObserver((entries) => {
  const entry = entries.find((each) => each.isIntersecting);
  if (!entry) return;
  near.disconnect();
  wake(entry.target);
}, { rootMargin: "600px" });
const wake = (demo) => {
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: demo.dataset.style });
  style.addEventListener("load", () => import(demo.dataset.module), { once: true });
  document.head.append(style);
};
for (const demo of document.querySelectorAll("sim-player[data-module]")) near.observe(demo);
