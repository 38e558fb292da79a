// The clock of an exam. It counts with the time since the page was loaded, never with the clock of the device,
// and every reply of the server sets it right.

const WARN_MINUTES = [30, 15, 5, 1];
const SHORT_MS = 5 * 60_000;

export const written = (ms) => {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, place) => (place ? String(part).padStart(2, "0") : String(part))).join(":");
};

// The minutes to announce when the time falls from one value to another: the smallest line that was crossed.
export const crossed = (before, after) => WARN_MINUTES.findLast((minutes) => before > minutes * 60_000 && after <= minutes * 60_000);

export const startClock = ({ words, announce, over }) => {
  const box = document.querySelector(".clock[data-remaining]");
  if (!box) return null;
  const text = box.querySelector("[data-clock]");
  const hide = box.querySelector("[data-hide-clock]");
  const labels = [hide.textContent, hide.dataset.show];
  let endsAt = performance.now() + Number(box.dataset.remaining);
  let before = Infinity;
  let done = false;
  const tick = () => {
    const left = endsAt - performance.now();
    const shown = words.left.replace("{time}", written(left));
    if (text.textContent !== shown) text.textContent = shown;
    box.toggleAttribute("data-short", left <= SHORT_MS);
    if (left <= SHORT_MS && before > SHORT_MS && text.hidden) toggle();
    const minutes = before === Infinity ? undefined : crossed(before, left);
    if (minutes) announce(words.minutesLeft.replace("{n}", minutes));
    before = left;
    if (left <= 0 && !done) { done = true; over(); }
  };
  const toggle = () => { text.hidden = !text.hidden; hide.textContent = labels[Number(text.hidden)]; };
  hide.hidden = false;
  hide.addEventListener("click", toggle);
  addEventListener("visibilitychange", tick);
  setInterval(tick, 500);
  tick();
  return { correct: (ms) => { if (ms !== null) { endsAt = performance.now() + ms; tick(); } } };
};
