// Several pictures on one clock: one player leads, the others follow.
import "./player.js";

const leader = document.querySelector("sim-player[data-leads]");
const followers = [...document.querySelectorAll("sim-player[data-follows]")];

document.addEventListener("sim-time", (event) => {
  if (event.target !== leader) return;
  for (const each of followers) if (each.scene) each.follow(event.detail.ms);
});
document.addEventListener("sim-ready", (event) => {
  if (!leader.scene) return;
  for (const each of event.target === leader ? followers : [event.target]) if (each.scene && each !== leader) each.follow(leader.ms);
});

// Where two runs part.
const button = document.querySelector("[data-seek-ms]");
if (button) {
  document.addEventListener("sim-ready", () => { button.hidden = !leader.scene; });
  button.addEventListener("click", () => {
    leader.seek(Number(button.dataset.seekMs));
    leader.announce();
    leader.scrollIntoView({ block: "nearest" });
  });
}
