// The scramble canvas: draw on the board, send, watch the points arrive. The server decides what arrives when;
// the page is complete without this.
import { calm } from "./site.js";

const SVG = "http://www.w3.org/2000/svg";
const GRID = "abcdefghijklmnopqrstuvwxy";
const UNIT = 10, MARGIN = 14, LAST = GRID.length - 1;
const PLAY_MS = 6000;

const root = document.querySelector("[data-scramble]");
const board = root.querySelector("[data-board]");
const status = root.querySelector("[data-status]");
const part = (name, inside = root) => inside.querySelector(`[data-part="${name}"]`);
const most = Number(root.dataset.pointsMax), fewest = Number(root.dataset.pointsMin);

const say = (name, values = {}) => {
  status.textContent = root.dataset[`text${name}`].replace(/\{(\w+)\}/g, (_, key) => values[key]);
};
const shape = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

// --- the drawing ------------------------------------------------------------------------------------
const read = (text) => text.split(".").map((stroke) =>
  (stroke.match(/../g) ?? []).map(([column, row]) => [GRID.indexOf(column), GRID.indexOf(row)]));
const write = (lines) => lines.map((line) => line.map(([column, row]) => GRID[column] + GRID[row]).join("")).join(".");
const shownDrawing = () => part("original").dataset.drawing;

let strokes = read(shownDrawing());
let lifted = true;    // the next point starts a stroke
let sent = true;      // the board shows what was sent: the next point begins a new drawing
let pen = [12, 12];   // where the keys have moved the pen

const count = () => strokes.reduce((sum, line) => sum + line.length, 0);
const add = (point) => {
  if (sent) { strokes = []; lifted = true; sent = false; }
  if (count() >= most) { say("Many"); return false; }
  if (lifted || !strokes.length) strokes.push([]);
  lifted = false;
  strokes.at(-1).push(point);
  pen = point;
  draw();
  say("Set", { number: count(), column: point[0] + 1, row: point[1] + 1 });
  return true;
};
const lift = () => { lifted = true; say("Lifted"); };
const undo = () => {
  if (!count()) return;
  sent = false;
  strokes.at(-1).pop();
  lifted = !strokes.at(-1).length;
  if (lifted) strokes.pop();
  draw();
  say("Undone", { number: count() });
};
const clear = () => { strokes = []; sent = false; lifted = true; draw(); say("Cleared"); };

// --- the board --------------------------------------------------------------------------------------
const at = (number) => MARGIN + UNIT * number;
const ring = shape("circle", { class: "pen", r: 9 });
const draw = () => {
  const picture = board.querySelector("svg");
  const d = strokes.map((line) => line.map(([x, y], n) => `${n ? "L" : "M"}${at(x)} ${at(y)}`).join("")).join("");
  const dots = strokes.flat().map(([x, y]) => shape("circle", { class: "head", cx: at(x), cy: at(y), r: 4 }));
  picture.replaceChildren(shape("path", { class: "edge", d }), ...dots, ring);
  showPen();
};
const showPen = () => {
  ring.setAttribute("cx", at(pen[0]));
  ring.setAttribute("cy", at(pen[1]));
};

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const inside = (number) => Math.max(0, Math.min(LAST, number));
board.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const way = arrows[event.key];
  if (way) {
    const far = event.shiftKey ? 4 : 1;
    pen = [inside(pen[0] + far * way[0]), inside(pen[1] + far * way[1])];
    showPen();
    say("Place", { column: pen[0] + 1, row: pen[1] + 1 });
  } else if (event.key === " ") add(pen);
  else if (event.key === "Enter") lift();
  else if (event.key === "Backspace") undo();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

// A tap sets one more point; a drag is a stroke of its own.
const pointAt = (event) => {
  const box = board.querySelector("svg").getBoundingClientRect();
  const size = 2 * MARGIN + UNIT * LAST;
  return [[event.clientX - box.left, box.width], [event.clientY - box.top, box.height]]
    .map(([offset, length]) => inside(Math.round((offset / length * size - MARGIN) / UNIT)));
};
const distance = ([a, b], [c, d]) => Math.max(Math.abs(a - c), Math.abs(b - d));
let drag = null;
board.addEventListener("pointerdown", (event) => {
  if (event.button || drag) return;
  event.preventDefault();
  board.focus({ preventScroll: true });
  board.setPointerCapture(event.pointerId);
  const point = pointAt(event);
  const joins = !sent && !lifted && strokes.length > 0;
  if (add(point)) drag = { id: event.pointerId, last: point, joins };
});
board.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drag?.id) return;
  const point = pointAt(event);
  if (distance(point, drag.last) < 2) return;
  if (drag.joins && strokes.at(-1).length > 1) strokes.push([strokes.at(-1).pop()]);
  drag.joins = false;
  drag.last = point;
  if (!add(point)) drag = null;
  else drag.moved = true;
});
for (const end of ["pointerup", "pointercancel"]) {
  board.addEventListener(end, (event) => {
    if (event.pointerId !== drag?.id) return;
    if (drag.moved) lifted = true;
    drag = null;
  });
}

// --- sending ----------------------------------------------------------------------------------------
const PARTS = ["fault", "original", "choice", "results"];
let asked = 0;
const load = async (address, { push }) => {
  const turn = ++asked;
  let page, url;
  try {
    const answer = await fetch(address);
    url = answer.url;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!part("results", page)) throw new Error(address);
  } catch {
    if (turn === asked) say("Failed");
    return;
  }
  if (turn !== asked) return;
  stop();
  for (const name of PARTS) part(name).replaceWith(document.adoptNode(part(name, page)));
  strokes = read(shownDrawing());
  sent = lifted = true;
  if (push) history.pushState(null, "", url);
  shown = new URL(url).search;
  status.textContent = "";
  ready();
  if (push) {
    const heading = document.getElementById("results");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
    play();
  }
};
const send = () => {
  if (count() < fewest) { say("Few"); return; }
  load(`${location.pathname}?d=${write(strokes)}`, { push: true });
};
let shown = location.search;
addEventListener("popstate", () => {
  if (location.search !== shown) load(location.href, { push: false });
});

// --- playing ----------------------------------------------------------------------------------------
let frame = 0;
const pictures = () => [...root.querySelectorAll("[data-times]")].map((picture) => ({
  times: picture.dataset.times.split(",").map(Number),
  marks: [...picture.querySelectorAll("[data-step]")].map((mark) => [mark, Number(mark.dataset.step)]),
  lines: [...picture.querySelectorAll("[data-steps]")].map((line) => ({
    line, d: (line.dataset.whole ??= line.getAttribute("d")).match(/[ML][^ML]+/g) ?? [], steps: line.dataset.steps.split(",").map(Number),
  })),
  seen: -1,
}));
// Every picture as it is at a virtual time: a pure function of the two.
const show = (all, ms) => {
  for (const picture of all) {
    const seen = picture.times.filter((time) => time <= ms).length;
    if (seen === picture.seen) continue;
    picture.seen = seen;
    for (const [mark, step] of picture.marks) {
      if (step < seen) mark.removeAttribute("display"); else mark.setAttribute("display", "none");
    }
    for (const { line, d, steps } of picture.lines) line.setAttribute("d", d.slice(0, steps.filter((step) => step < seen).length).join("") || "M0 0");
  }
  const clock = root.querySelector("[data-clock]");
  clock.hidden = false;
  clock.lastElementChild.textContent = `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}.${Math.floor(ms / 100) % 10}`;
};
const stop = () => { cancelAnimationFrame(frame); frame = 0; };
const play = () => {
  stop();
  const all = pictures();
  const first = Math.min(...all.flatMap((picture) => picture.times));
  const last = Math.max(...all.flatMap((picture) => picture.times));
  if (calm()) { show(all, last); return; }
  const started = performance.now();
  const next = (now) => {
    const share = Math.min(1, Math.max(0, now - started) / PLAY_MS);
    show(all, first + share * (last - first));
    frame = share < 1 ? requestAnimationFrame(next) : 0;
  };
  next(started);
};

// --- ready ------------------------------------------------------------------------------------------
const tools = { send, lift, undo, clear, play };
root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) { tools[button.dataset.do](); return; }
  const link = event.target.closest('a[href^="?"], [data-part="choice"] a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  load(link.href, { push: true });
});
const ready = () => {
  root.querySelector('[data-do="play"]').hidden = false;
  const picture = board.querySelector("svg");
  picture.setAttribute("aria-hidden", "true");
  picture.append(ring);
  showPen();
};
board.tabIndex = 0;
board.setAttribute("role", "application");
board.setAttribute("aria-labelledby", "drawing");
board.setAttribute("aria-describedby", "scramble-keys");
for (const hidden of root.querySelectorAll("[data-tools], [data-status], [data-help]")) hidden.hidden = false;
ready();
