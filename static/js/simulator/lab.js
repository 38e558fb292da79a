// The page of a run: another run of the scenario takes its place without leaving the page; the table follows the picture.
import { onKey } from "../site.js";
import "./player.js";

const page = () => document.getElementById("run");

// Put the run of an address into the page. The moment, and whether it goes on, may come along.
const swap = async (address, { push = true, play = false } = {}) => {
  const before = page();
  before.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: "text/html" } });
  } catch {
    location.href = address;
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("run");
  if (!fresh) {
    location.href = address;
    return;
  }
  if (push && answer.ok) history.pushState({}, "", answer.url);
  if (play && answer.ok) fresh.querySelector("sim-player").dataset.go = "play";
  before.replaceWith(document.adoptNode(fresh));
  const player = page().querySelector("sim-player");
  // At once: while a smooth scroll is under way the picture is out of sight, and would pause.
  if (player.getBoundingClientRect().top < 0) player.scrollIntoView({ block: "start", behavior: "instant" });
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("#run a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  swap(link.href, { play: link.dataset.swap === "play" });
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("#run form[data-swap]");
  if (!form) return;
  event.preventDefault();
  const player = page().querySelector("sim-player");
  const fields = new FormData(form, event.submitter);
  if (fields.has("now") && player.scene) fields.set("now", String(Math.round(player.ms) / 1000));
  const goesOn = fields.has("now") && !("stays" in form.dataset);
  const address = new URL(form.action);
  address.search = new URLSearchParams(fields);
  swap(address.href, { play: goesOn });
});

addEventListener("popstate", () => swap(location.href, { push: false }));

// Rows of the table lead to their moment; the row of the moment is marked.
document.addEventListener("click", (event) => {
  const time = event.target.closest("#run [data-seek]");
  const player = page()?.querySelector("sim-player");
  if (!time || !player?.scene) return;
  event.preventDefault();
  player.gates.close();
  const step = player.scene.steps.findIndex((each) => each.n >= Number(time.dataset.seek));
  player.seekStep(step, player.scene.steps[step]?.t ?? 0);
  player.announce();
  player.scrollIntoView({ block: "nearest" });
});

let marked = null;
document.addEventListener("sim-step", (event) => {
  marked?.removeAttribute("aria-current");
  marked = document.getElementById(`e${event.detail.number}`);
  marked?.setAttribute("aria-current", "true");
  for (const goal of document.querySelectorAll("[data-met-ms]")) goal.toggleAttribute("data-reached", event.detail.ms >= Number(goal.dataset.metMs));
});

// The event that is shown: why it happened, and its call as a command, once the picture stands still.
let shown = "";
let soon = 0;
const showEvent = async (number) => {
  const box = document.querySelector("#run [data-event-address]");
  const address = `${box.dataset.eventAddress}${number}/part/${box.dataset.eventQuery ? `?${box.dataset.eventQuery}` : ""}`;
  if (address === shown) return;
  shown = address;
  const answer = await fetch(address).catch(() => null);
  if (shown !== address || !answer) return;
  if (!answer.ok) { box.replaceChildren(); return; }
  const open = box.querySelector("details")?.open;
  box.innerHTML = await answer.text();
  if (open && box.querySelector("details")) box.querySelector("details").open = true;
  for (const code of box.querySelectorAll(".codebox")) {
    const { copy, copied } = document.getElementById("site").dataset;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--small", textContent: copy });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.querySelector("code").textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    code.querySelector(".codebox__name").append(button);
  }
};
document.addEventListener("sim-step", (event) => {
  clearTimeout(soon);
  const { number, playing, step } = event.detail;
  const player = page()?.querySelector("sim-player");
  if (playing || !player?.scene) return;
  soon = setTimeout(() => {
    if (step > player.scene.first) showEvent(number);
    showActs(player.ms);
  }, 150);
});

// The address is always that of the moment, so that copying, reloading and bookmarking bring it back.
const addressOf = (ms) => {
  const fields = new URLSearchParams(location.search);
  fields.delete("t");
  fields.delete("all");
  const run = fields.toString().replaceAll("%7E", "~"); // as the server writes it, so that its kept answer is found
  const at = ms ? `t=${Math.round(ms) / 1000}` : "";
  const query = [run, at].filter(Boolean).join("&");
  return location.pathname + (query ? `?${query}` : "");
};
document.addEventListener("sim-step", (event) => {
  if (event.detail.playing || !page()?.contains(event.target)) return;
  if (!location.pathname.endsWith("/act/")) history.replaceState(history.state, "", addressOf(event.detail.ms));
});
document.addEventListener("sim-ready", () => {
  const share = document.querySelector("#run [data-share]");
  if (!share) return;
  share.hidden = false;
  const button = share.querySelector("button");
  const words = button.textContent;
  button.addEventListener("click", async () => {
    const ms = page().querySelector("sim-player").ms;
    await navigator.clipboard.writeText(new URL(addressOf(ms), location.href).href);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2000);
  });
});

// What can be done depends on the moment: the panel follows the picture when it stands still.
let actsAt = 0;
const showActs = async (ms, { always = false } = {}) => {
  const box = document.querySelector("#run [data-acts]");
  const busy = () => box.contains(document.activeElement) || box.querySelector("details[open]");
  if (!box || (busy() && !always)) return;
  const query = [box.dataset.actsQuery, ms ? `t=${Math.round(ms) / 1000}` : ""].filter(Boolean).join("&");
  const turn = ++actsAt;
  const answer = await fetch(`${box.dataset.acts}${query ? `?${query}` : ""}`).catch(() => null);
  if (!answer?.ok || turn !== actsAt || (busy() && !always)) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = part.querySelector("[data-acts]");
  if (fresh) box.replaceWith(document.adoptNode(fresh));
  const ghosts = part.querySelector("[data-ghosts]");
  if (ghosts) document.querySelector("#run [data-ghosts]")?.replaceWith(document.adoptNode(ghosts));
};

// An outline in the picture opens the form that adds the thing.
document.addEventListener("click", (event) => {
  const ghost = event.target.closest("#run [data-opens]");
  const form = ghost && document.getElementById(`act-${ghost.dataset.opens}`);
  if (!form) return;
  event.preventDefault();
  form.closest("details").open = true;
  form.querySelector("input:not([type=hidden]), select, textarea, button").focus();
});

// Who opens a form while the picture moves wants to act at this moment.
document.addEventListener("toggle", (event) => {
  const player = page()?.querySelector("sim-player");
  if (event.target.matches?.("#run .act[open]") && player?.playing) player.pause();
}, true);

// A key opens the form of its action, as it is at this moment.
for (const code of ["KeyP", "KeyR", "KeyD", "KeyC", "KeyF"]) {
  onKey(code, () => {
    const find = () => document.querySelector(`#run .act[data-key="${code}"]`);
    const player = page().querySelector("sim-player");
    if (!player.scene || !document.querySelector("#run [data-acts]")) return false;
    player.pause();
    clearTimeout(soon);
    showActs(player.ms, { always: true }).then(() => {
      const act = find();
      if (!act) return;
      act.open = true;
      act.querySelector("input:not([type=hidden]), select, textarea, button").focus();
    });
    return true;
  });
}
