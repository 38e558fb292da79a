// A demo in a lesson: the player, and another run in its place when a knob is turned.
import "./player.js";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-demo-form]");
  if (!form) return;
  event.preventDefault();
  const demo = form.closest("[data-demo]");
  const address = `${form.dataset.demoForm}?${new URLSearchParams(new FormData(form))}`;
  const answer = await fetch(address).catch(() => null);
  const fresh = answer && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-demo]");
  if (!fresh) {
    form.submit();
    return;
  }
  fresh.querySelector("sim-player").dataset.go = "play";
  demo.replaceWith(document.adoptNode(fresh));
});
