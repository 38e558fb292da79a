// The form of a question, the same in practice and in an exam: reading it, striking out, ordering, keys.
// Expects <form data-answer> as templates/quizzes/_options.html writes it; the form works without this module.
import { sortSteps } from "./quiz-order.js";

export const draft = (form) => {
  const data = new FormData(form);
  return {
    option: data.getAll("option"),
    typed: data.get("typed") ?? "",
    pairs: [...data].filter(([name]) => /^(pair|place)-/.test(name)),
    confidence: data.get("confidence") ?? "",
    flagged: data.get("flagged") ?? "",
    struck: data.getAll("struck"),
  };
};

// Puts a draft back into a form of the same question, perhaps in another language.
export const restore = (form, held) => {
  if (!held) return;
  for (const input of form.querySelectorAll("input[name=option]")) input.checked = held.option.includes(input.value);
  for (const input of form.querySelectorAll("input[name=confidence]")) input.checked = held.confidence === input.value;
  for (const [name, value] of held.pairs) { const field = form.elements.namedItem(name); if (field) field.value = value; }
  sortSteps(form);
  if (form.elements.namedItem("typed")) form.elements.namedItem("typed").value = held.typed;
  form.elements.namedItem("flagged").value = held.flagged;
  showFlag(form);
  for (const pick of form.querySelectorAll("[data-option]")) setStruck(form, pick, held.struck.includes(pick.dataset.option));
};

const showFlag = (form) => {
  const button = form.querySelector("[data-flag]");
  const on = form.elements.namedItem("flagged").value === "yes";
  button.dataset.state = on ? "on" : "off";
  button.setAttribute("aria-pressed", String(on));
};

export const toggleFlag = (form) => {
  const field = form.elements.namedItem("flagged");
  field.value = field.value === "yes" ? "" : "yes";
  showFlag(form);
};

// A strict exam has nothing to strike out with.
const setStruck = (form, pick, struck) => {
  if (!pick.querySelector(".pick__strike")) return;
  pick.toggleAttribute("data-struck", struck);
  pick.querySelector(".pick__strike").setAttribute("aria-pressed", String(struck));
  form.querySelector(`input[name=struck][value="${pick.dataset.option}"]`)?.remove();
  if (!struck) return;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "struck", value: pick.dataset.option });
  form.append(field);
};

export const toggleStruck = (form, pick) => setStruck(form, pick, !pick.hasAttribute("data-struck"));

export const chooses = (form) => Number(form.querySelector("[data-choose]")?.dataset.choose ?? 0);

// Chooses or takes back an option. False when that would be one too many.
export const pickNumber = (form, number) => {
  const input = form.querySelectorAll("input[name=option]")[number];
  if (!input) return true;
  const count = form.querySelectorAll("input[name=option]:checked").length;
  if (input.type === "checkbox" && !input.checked && count >= chooses(form)) return false;
  input.checked = input.type === "radio" ? true : !input.checked;
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

// Milliseconds that this page was looked at since the last call; a hidden page does not count.
let since = document.hidden ? 0 : performance.now();
let counted = 0;
addEventListener("visibilitychange", () => {
  if (document.hidden) { counted += performance.now() - since; since = 0; } else since = performance.now();
});
export const takeMilliseconds = () => {
  const now = performance.now();
  const spent = counted + (since ? now - since : 0);
  counted = 0;
  since = document.hidden ? 0 : now;
  return Math.round(spent);
};

// A name for this page in this tab. A new one each time: a copied tab must not count on where another stopped.
export const tab = [...crypto.getRandomValues(new Uint8Array(15))].map((byte) => byte.toString(36).padStart(2, "0")).join("");
