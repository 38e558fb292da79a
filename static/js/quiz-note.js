// A line for what must be seen and heard at once: the warnings of the clock, and how many options a question wants.
// It hangs below the bar of the page, over what is there, so that nothing moves; it goes by itself or when it is closed.
const SHOWN_MS = 15_000;
let timer = 0;

const box = () => document.querySelector("[data-note]");

export const close = () => {
  clearTimeout(timer);
  const note = box();
  if (!note) return;
  note.querySelector("[data-announce]").textContent = "";
  note.removeAttribute("data-open");
  note.querySelector("[data-note-close]").hidden = true;
};

export const announce = (text) => {
  const note = box();
  if (!note) return;
  clearTimeout(timer);
  note.dataset.open = "";
  note.querySelector("[data-announce]").textContent = text;
  note.querySelector("[data-note-close]").hidden = false;
  timer = setTimeout(close, SHOWN_MS);
};

box()?.querySelector("[data-note-close]").addEventListener("click", close);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
