// What every page shares: personal parts, menus, keys, keeping for offline. Pages work without it.
const site = document.getElementById("site");
const language = site.dataset.language;

// Whether the reader wants less motion.
export const calm = () => document.documentElement.dataset.motion === "less" || matchMedia("(prefers-reduced-motion: reduce)").matches;

// htmx and the pop-over put HTML of our own server into the page; nothing else may become script.
if (window.trustedTypes?.createPolicy && !window.trustedTypes.defaultPolicy) {
  window.trustedTypes.createPolicy("default", {
    createHTML: (text) => text,
    createScript: () => null,
    createScriptURL: (address) => (new URL(address, location.href).origin === location.origin ? address : null),
  });
}

export const remember = (name, value) => {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=63072000; samesite=lax${secure}`;
};
export const isKnown = () => /(^|; )known=1/.test(document.cookie);

let mine;
// The personal parts, asked for once and only if there is something to show.
export const personal = () => {
  mine ??= fetch(`/${language}/mine/`, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);
  return mine;
};

export const keepReading = async (fields) => {
  const known = await personal();
  if (!known) return false;
  const body = new URLSearchParams(fields);
  try {
    const answer = await fetch(`/${language}/mine/reading/`, {
      method: "POST", body, keepalive: true, headers: { "X-CSRFToken": known.token },
    });
    return answer.ok;
  } catch {
    return false;
  }
};

const showPersonal = async () => {
  if (!isKnown()) return;
  const known = await personal();
  if (!known) return;
  for (const id of known.finished) {
    for (const item of document.querySelectorAll(`[data-lesson="${id}"]`)) item.dataset.read = "";
  }
  const due = document.querySelector("[data-due]");
  if (due && known.due) {
    due.querySelector("[data-due-count]").textContent = known.due;
    due.hidden = false;
  }
  const place = document.querySelector("[data-continue]");
  if (place && known.continue) {
    const link = document.createElement("a");
    link.className = "button button--main";
    link.href = known.continue.address;
    link.textContent = place.dataset.continue;
    const title = document.createElement("span");
    title.textContent = known.continue.title;
    const line = document.createElement("p");
    line.className = "row";
    line.append(link, title);
    place.replaceChildren(line);
  }
};

// Menus close on Escape and on a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Another main language keeps the place and is remembered.
for (const link of document.querySelectorAll("[data-switch]")) {
  link.addEventListener("click", () => {
    remember("lang", link.hreflang);
    const here = document.querySelector(".unit[data-current]")?.id || firstVisible()?.id || location.hash.slice(1);
    const url = new URL(link.href);
    url.search = location.search;
    if (here) url.hash = here;
    link.href = url.href;
  });
}
const firstVisible = () =>
  [...document.querySelectorAll(".reader .unit[id]")].find((unit) => unit.getBoundingClientRect().top > 60 && scrollY > 200);
remember("lang", language);

// Filters of long lists.
const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "").replaceAll("đ", "d").normalize("NFC");
for (const box of document.querySelectorAll("[data-filter]")) {
  const list = document.querySelector(box.dataset.filter);
  const rows = [...list.querySelectorAll("[data-filter-row]")].map((row) => [row, fold(row.textContent)]);
  const none = document.querySelector("[data-filter-none]");
  box.addEventListener("input", () => {
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
    for (const group of list.querySelectorAll("[data-filter-group]")) {
      group.hidden = !group.querySelector("[data-filter-row]:not([hidden])");
    }
    none.hidden = rows.some(([row]) => !row.hidden);
  });
}

// Keys: single letters by physical place, never while typing or composing.
const actions = new Map();
export const onKey = (code, action) => actions.set(code, action);
const typing = (target) => target.closest?.("input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable]");
const places = {
  KeyL: "lessons/", KeyP: "quizzes/", KeyE: "quizzes/exam/", KeyR: "quizzes/review/", KeyS: "simulator/", KeyC: "compare/",
  KeyG: "glossary/", KeyF: "facts/", KeyH: "",
};
const NEVER = -Infinity; // 0 is the moment the page opened: a key soon after it is not "after g"
let afterG = NEVER;
const go = (path) => { location.href = `/${language}/${path}`; };
if (site.dataset.keys === "on") {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.timeStamp - afterG < 1500 && event.code in places) { afterG = NEVER; go(places[event.code]); return; }
    afterG = NEVER;
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) { event.preventDefault(); showKeys(); }
    else if (event.code === "Slash") { event.preventDefault(); document.getElementById("q")?.focus() ?? go("search/"); }
    else if (event.code === "KeyG") afterG = event.timeStamp;
    else if ((!event.shiftKey || event.code.startsWith("Arrow")) && actions.has(event.code)) { if (actions.get(event.code)(event) !== false) event.preventDefault(); }
  });
}
const showKeys = async () => {
  let dialog = document.getElementById("keys");
  if (!dialog) {
    const answer = await fetch(`/${language}/keys/`);
    if (!answer.ok) return;
    document.body.insertAdjacentHTML("beforeend", await answer.text());
    dialog = document.getElementById("keys");
  }
  dialog.showModal();
};

// Lessons are kept for reading offline; "save all" asks for every lesson once.
if ("serviceWorker" in navigator && window.isSecureContext) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
  const box = document.querySelector("[data-offline]");
  if (box) {
    box.hidden = false;
    const button = box.querySelector("[data-save-all]");
    const state = box.querySelector("[data-save-state]");
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const { pages } = await (await fetch(`/${language}/offline/lessons.json`)).json();
        const cache = await caches.open("decouple-pages");
        let done = 0;
        for (const address of pages) {
          state.textContent = `${button.dataset.saving} ${++done} / ${pages.length}`;
          const answer = await fetch(address);
          if (!answer.ok) throw new Error(address);
          await cache.put(new URL(address, location.href).href, answer);
        }
        state.textContent = button.dataset.saved;
      } catch {
        state.textContent = button.dataset.failed;
      }
      button.disabled = false;
    });
  }
}

showPersonal();

// Who typed before the scripts of the search page had come is not kept waiting.
addEventListener("load", () => {
  const words = document.querySelector("#q[hx-get]");
  if (words && words.value !== words.defaultValue) words.dispatchEvent(new Event("search"));
});

// An exam that was opened in this browser is offered on every page until it has ended.
const open = document.getElementById("exam-open");
try {
  if (open && localStorage.getItem("decouple.exam")) import(open.dataset.module);
} catch { /* nothing is kept in this browser */ }
