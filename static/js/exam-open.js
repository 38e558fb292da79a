// On any page: an exam that is still open is offered, and answers that were left on this device are sent.
// Asks nothing of the server unless an exam was opened in this browser.
import { personal } from "./site.js";
import { Outbox, waiting } from "./quiz-outbox.js";
import { written } from "./exam-clock.js";

const mark = "decouple.exam";
const read = () => { try { return localStorage.getItem(mark); } catch { return null; } };
// The marks in its text go with an exam (quiz-marks.js).
const forget = () => { try { for (const name of [mark, "decouple.marks.exam"]) localStorage.removeItem(name); } catch { /* nothing is kept here */ } };

export const offer = async (words) => {
  const attempt = read();
  if (!attempt || document.getElementById("exam")) return;
  const ended = document.querySelector("[data-exam-ended]")?.dataset.examEnded === attempt;
  if (waiting(attempt).length) await new Outbox(attempt, async () => (await personal())?.token ?? "").drain();
  if (ended) { forget(); return; }
  const answer = await fetch(words.address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { open } = await answer.json();
  if (!open) { forget(); return; }
  const banner = document.createElement("aside");
  banner.className = "exam-banner";
  banner.setAttribute("aria-label", words.open);
  const text = document.createElement("span");
  text.textContent = open.remaining_ms === null ? words.open : `${words.open} · ${words.left.replace("{time}", written(open.remaining_ms))}`;
  const link = document.createElement("a");
  link.href = open.address;
  link.textContent = words.back;
  banner.append(text, link);
  document.querySelector("header.bar").after(banner);
};

const script = document.getElementById("exam-open");
if (script) offer(script.dataset).catch(() => {});
