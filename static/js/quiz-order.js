// Steps to put into order. With a script they change places by buttons; without one a list says each step's place.
const rowsOf = (box) => [...box.querySelectorAll("[data-step]")];
const placeOf = (row) => row.querySelector("select");

const number = (box) => {
  for (const [place, row] of rowsOf(box).entries()) {
    placeOf(row).value = String(place + 1);
    row.querySelector("[data-place]").textContent = place + 1;
    row.querySelector("[data-move=up]").disabled = place === 0;
    row.querySelector("[data-move=down]").disabled = row === box.querySelector("[data-step]:last-of-type");
  }
};

// Rows as their lists say, after somebody else has set these.
export const sortSteps = (form) => {
  const box = form.querySelector("[data-order][data-moves]");
  if (!box) return;
  for (const row of rowsOf(box).sort((one, other) => placeOf(one).value - placeOf(other).value)) box.append(row);
  number(box);
};

const move = (box, button) => {
  const row = button.closest("[data-step]");
  if (button.dataset.move === "up") row.previousElementSibling.before(row);
  else row.nextElementSibling.after(row);
  number(box);
  // The button moved with its row; at an end the other one goes on.
  (button.disabled ? row.querySelector("[data-move]:not(:disabled)") : button).focus();
  const said = box.parentElement.querySelector("[data-order-said]");
  said.textContent = said.dataset.words.replace("{n}", placeOf(row).value);
  placeOf(row).dispatchEvent(new Event("change", { bubbles: true }));
};

export const watchOrder = (form) => {
  const box = form.querySelector("[data-order]");
  if (!box || "moves" in box.dataset) return;
  box.dataset.moves = "";
  sortSteps(form);
  box.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-move]");
    if (button) move(box, button);
  });
};
