// Two runs on one clock: the second player follows the first.
import "./player.js";

const leader = document.querySelector("sim-player[data-leads]");
const follower = document.querySelector("sim-player[data-follows]");

document.addEventListener("sim-time", (event) => {
  if (event.target === leader && follower.scene) follower.follow(event.detail.ms);
});
document.addEventListener("sim-ready", () => {
  if (!leader.scene || !follower.scene) return;
  follower.follow(leader.ms);
  const button = document.querySelector("[data-seek-ms]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    leader.seek(Number(button.dataset.seekMs));
    leader.announce();
    leader.scrollIntoView({ block: "nearest" });
  });
});
