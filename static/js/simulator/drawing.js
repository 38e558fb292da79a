// Makes a drawing that the server wrote agree with a state of its scene. It decides nothing.
import { filled, keyOf, spot } from "./scene.js";
import { ease } from "./timeline.js";

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 18;
const ROUND = 2 * Math.PI * RADIUS;
const SHOWN = new Set(["there", "ends", "state", "locked", "lead", "level"]);

const element = (name, attributes, parent) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
};

export class Drawing {
  constructor(svg, scene, shown = SHOWN) {
    this.svg = svg;
    this.scene = scene;
    this.layout = svg.dataset.layout;
    this.shown = shown;
    this.layer = svg.querySelector(".drawing__tokens");
    this.layer.replaceChildren();
    this.tokens = new Map();
    this.things = new Map();
    for (const each of svg.querySelectorAll("[data-thing]")) {
      const list = this.things.get(each.dataset.thing) ?? [];
      this.things.set(each.dataset.thing, [...list, each]);
    }
    this.bound = new Map();
    for (const text of svg.querySelectorAll("[data-bind]")) {
      for (const [, name] of text.dataset.bind.matchAll(/\{([^{}]+)\}/g)) {
        const dot = name.lastIndexOf(".");
        const key = keyOf(name.slice(0, dot), name.slice(dot + 1));
        this.bound.set(key, [...(this.bound.get(key) ?? []), text]);
      }
    }
    this.values = new Map();
  }

  // Everything as it is in a settled state at a time.
  settle(state, ms) {
    this.show(state.values);
    for (const [token, look] of state.looks) {
      const at = spot(this.scene, this.layout, look.place, look.slot);
      if (at) this.place(this.look(token, look), at, 1);
      else this.hide(token);
    }
    for (const token of [...this.tokens.keys()]) {
      if (!state.looks.has(token)) this.hide(token);
    }
    this.tick(ms);
  }

  // Attributes of things, and the texts that are made of them.
  show(values) {
    const stale = new Set();
    for (const [key, text] of values) {
      if (this.values.get(key) === text) continue;
      this.values.set(key, text);
      const [thing, attribute] = key.split("\n");
      if (this.shown.has(attribute)) for (const each of this.things.get(thing) ?? []) each.dataset[attribute] = text;
      for (const each of this.bound.get(key) ?? []) stale.add(each);
    }
    for (const each of stale) each.textContent = filled(this.scene, each.dataset.bind, values);
  }

  // Travelling tokens, `part` (0 to 1) of their way.
  travel(moves, part, ms) {
    const eased = ease(part);
    for (const { token, from, to, look, effect, leaves } of moves) {
      const drawn = this.look(token, look);
      const [a, b] = [from ?? to, to];
      drawn.group.dataset.effect = leaves ? effect || "leaves" : "";
      let along = eased;
      let seen = from ? 1 : part;
      if (effect === "refused") {
        along = part < 0.6 ? ease(part / 0.6) : 1 - 0.4 * ((part - 0.6) / 0.4);
        seen = part < 0.7 ? 1 : 1 - (part - 0.7) / 0.3;
      } else if (leaves) {
        seen = part < 0.5 ? 1 : 1 - (part - 0.5) / 0.5;
        if (effect) along = Math.min(1, eased * 1.6);
      }
      this.place(drawn, [a[0] + (b[0] - a[0]) * along, a[1] + (b[1] - a[1]) * along], seen);
    }
    this.tick(ms);
  }

  // The group of a token, made to look as it should.
  look(token, look) {
    let drawn = this.tokens.get(token);
    if (!drawn) {
      const [shape, mark, kind] = this.scene.tokens[token];
      const group = element("g", { class: `token token--${kind} token--s${shape}`, "data-token": token }, this.layer);
      drawn = { group };
      element("path", { class: "token__twice", d: this.scene.shapes[shape] }, group);
      element("path", { class: "token__shape", d: this.scene.shapes[shape] }, group);
      if (mark) element("text", { class: "token__mark", y: 4 }, group).textContent = mark;
      this.tokens.set(token, drawn);
    }
    if (drawn.seen === look) return drawn;
    drawn.seen = look;
    drawn.group.dataset.flags = [...look.flags].join(" ");
    drawn.ring = this.ring(drawn, look.ring);
    drawn.tally?.remove();
    drawn.tally = this.tally(drawn.group, look);
    return drawn;
  }

  ring(drawn, ring) {
    if (!ring) {
      drawn.parts?.forEach((part) => part.remove());
      drawn.parts = null;
      return null;
    }
    if (!drawn.parts) {
      const track = element("circle", { class: "token__track", r: RADIUS });
      const arc = element("circle", { class: "token__ring", r: RADIUS, "stroke-dasharray": ROUND.toFixed(1), transform: "rotate(-90)" });
      const left = element("text", { class: "token__left", y: 31 });
      drawn.group.prepend(track, arc, left);
      drawn.parts = [track, arc, left];
    }
    return ring;
  }

  tally(group, look) {
    if (look.tally > 5) {
      const text = element("text", { class: "token__tally", y: 24 }, group);
      text.textContent = `×${look.tally}`;
      return text;
    }
    if (look.tally < 2 || look.ring) return null;
    const strokes = Array.from({ length: look.tally }, (_, n) => `M${(n - (look.tally - 1) / 2) * 4} 17v5`);
    return element("path", { class: "token__strokes", d: strokes.join("") }, group);
  }

  place(drawn, [x, y], seen) {
    drawn.group.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
    if (drawn.opacity !== seen) {
      drawn.opacity = seen;
      drawn.group.style.opacity = seen === 1 ? "" : seen.toFixed(2);
    }
    if (seen === 1 && drawn.group.dataset.effect) drawn.group.dataset.effect = "";
  }

  hide(token) {
    const drawn = this.tokens.get(token);
    if (!drawn) return;
    drawn.group.remove();
    this.tokens.delete(token);
  }

  // Rings run out with the clock.
  tick(ms) {
    for (const drawn of this.tokens.values()) {
      if (!drawn.ring) continue;
      const [begin, end] = drawn.ring;
      const left = Math.min(Math.max(end - ms, 0), Math.max(end - begin, 1));
      const share = left / Math.max(end - begin, 1);
      const [, arc, text] = drawn.parts;
      arc.setAttribute("stroke-dashoffset", (ROUND * (1 - share)).toFixed(1));
      const seconds = String(Math.ceil(left / 1000));
      if (drawn.seconds !== seconds) {
        drawn.seconds = seconds;
        text.textContent = this.scene.words.seconds.replace("{n}", seconds);
        drawn.group.dataset.short = share < 0.2 ? "yes" : "";
      }
    }
  }
}
