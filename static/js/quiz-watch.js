// "Watch what this does": the run of an answer opens below its reason, plays to the event that decides, and stops.
import { calm } from "./site.js";

const styles = new Set();

const styled = (href) => {
  if (styles.has(href)) return null;
  styles.add(href);
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  const loaded = new Promise((done) => { link.addEventListener("load", done, { once: true }); link.addEventListener("error", done, { once: true }); });
  document.head.append(link);
  return loaded;
};

const open = async (link) => {
  const place = link.closest("[data-watch-place]");
  const before = place.querySelector(".seen");
  if (before) { before.hidden = !before.hidden; link.setAttribute("aria-expanded", String(!before.hidden)); return; }
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(`${link.pathname}part/`);
  if (!answer.ok) throw new Error(answer.status);
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".seen");
  await Promise.all(part.dataset.styles.split(" ").map(styled));
  link.removeAttribute("aria-busy");
  link.setAttribute("aria-expanded", "true");
  place.append(document.adoptNode(part));
  const leader = part.querySelector("sim-player[data-leads]");
  leader.dataset.go = "play";
  await import(part.dataset.module);
  leader.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
};

// Without a network, or for a question that has changed since, the link leads to its page.
const watch = (link) => open(link).catch(() => { location.href = link.href; });

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-watch]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  watch(link);
});

// A task is answered by running it: its run opens by itself.
export const openAtOnce = () => { const link = document.querySelector("a[data-watch-now]"); if (link) watch(link); };
openAtOnce();
