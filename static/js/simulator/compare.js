// Several pictures on one clock: one player leads, the others inside the same [data-one-clock] follow.
import "./player.js";

const clockOf = (player) => player.closest("[data-one-clock]") ?? document.body;
const leaderOf = (box) => box.querySelector("sim-player[data-leads]");
const followersOf = (box) => box.querySelectorAll("sim-player[data-follows]");

document.addEventListener("sim-time", ({ target, detail }) => {
  if (!("leads" in target.dataset)) return;
  for (const each of followersOf(clockOf(target))) if (each.scene) each.follow(detail.ms);
});
document.addEventListener("sim-ready", ({ target }) => {
  const box = clockOf(target);
  const leader = leaderOf(box);
  if (!leader?.scene) return;
  for (const each of target === leader ? followersOf(box) : [target]) if (each.scene && each !== leader) each.follow(leader.ms);
  const button = box.querySelector("[data-seek-ms]");
  if (button) button.hidden = false;
});

// Straight to the moment that the button names.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-seek-ms]");
  if (!button) return;
  const leader = leaderOf(clockOf(button));
  leader.seek(Number(button.dataset.seekMs), button.dataset.seekStep);
  leader.announce();
  leader.scrollIntoView({ block: "nearest" });
});
