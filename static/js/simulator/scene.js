// A scene as the server sends it, and how everything looks after any of its steps. No page, no clock: pure.
//
// A changed token is a row [token, place, slot, ring start, ring end, tally, flags, origin, effect, toward, reach],
// cut where the rest says nothing; place -1 is nowhere.

const lookOf = (row) => ({
  place: row[1], slot: row[2], ring: row[3] == null ? null : [row[3], row[4]], tally: row[5] ?? 0, flags: row[6] ?? "",
});
const travelOf = (row) => ({ origin: row[7] ?? -1, effect: row[8] ?? "", toward: row[9] ?? -1, reach: row[10] ?? 100 });

const EVERY = 64;

// The data with its rows read and room for states that were computed before.
export const read = (data) => ({
  ...data,
  steps: data.steps.map((step) => ({
    n: step.n, t: step.t, beat: step.b, notable: step.k === 1,
    tokens: (step.c ?? []).map((row) => ({ token: row[0], look: lookOf(row), travel: travelOf(row) })),
    values: step.v ?? [],
  })),
  kept: [],
});

export const keyOf = (thing, attribute) => `${thing}\n${attribute}`;

const first = (scene) => ({
  step: -1,
  looks: new Map(),
  values: new Map(scene.start.map(([thing, attribute, text]) => [keyOf(thing, attribute), text])),
});

// Let a state become that after the next step.
const apply = (scene, state) => {
  const step = scene.steps[++state.step];
  for (const { token, look } of step.tokens) {
    if (look.place < 0) state.looks.delete(token);
    else state.looks.set(token, look);
  }
  for (const [thing, attribute, text] of step.values) state.values.set(keyOf(thing, attribute), text);
};

// How everything looks after a step; -1 is before the first.
export const stateAt = (scene, step) => {
  const page = Math.floor((step + 1) / EVERY);
  for (let n = scene.kept.length; n <= page; n++) {
    const state = n ? copy(scene.kept[n - 1]) : first(scene);
    while (state.step < n * EVERY - 1) apply(scene, state);
    scene.kept.push(state);
  }
  const state = copy(scene.kept[page]);
  while (state.step < step) apply(scene, state);
  return state;
};
const copy = (state) => ({ step: state.step, looks: new Map(state.looks), values: new Map(state.values) });

// The last step at or before a time, -1 before the first.
export const stepAt = (scene, ms) => {
  let low = 0;
  let high = scene.steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scene.steps[middle].t <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

// Where a slot of a place is in a layout: [x, y], or null where there is nothing to see.
export const spot = (scene, layout, place, slot) => {
  const grid = place < 0 || slot < 0 ? null : scene.layouts[layout][place];
  if (!grid) return null;
  const [x, y, stepX, stepY, columns, order] = grid;
  const column = slot % columns;
  return [x + (order ? order[column] : column) * stepX, y + Math.floor(slot / columns) * stepY];
};

// How tokens travel from one state to another: a list of {token, from, to, look, effect}. Those that come from
// nowhere appear at `from`; those that leave end with an effect; the others only look different.
export const moves = (scene, layout, before, after) => {
  const found = new Map();
  for (let n = before.step + 1; n <= after.step; n++) {
    for (const { token, look, travel } of scene.steps[n].tokens) {
      const earlier = found.get(token);
      const was = before.looks.get(token);
      const here = (was && spot(scene, layout, was.place, was.slot)) ?? (travel.origin >= 0 ? spot(scene, layout, travel.origin, 0) : null);
      const from = earlier?.from ?? here;
      let to = spot(scene, layout, look.place, look.slot);
      if (travel.effect && travel.toward >= 0) {
        const goal = spot(scene, layout, travel.toward, 0);
        if (goal && from) to = [from[0] + ((goal[0] - from[0]) * travel.reach) / 100, from[1] + ((goal[1] - from[1]) * travel.reach) / 100];
      }
      found.set(token, { token, from, to: to ?? from, look: look.place < 0 ? was ?? look : look, effect: travel.effect, leaves: look.place < 0 || look.slot < 0 });
    }
  }
  return [...found.values()].filter((move) => move.from ?? move.to);
};

// A bound text with its attributes put in: "{orders.visible} visible". States are said in words.
export const filled = (scene, bind, values) =>
  bind.replace(/\{([^{}]+)\}/g, (whole, name) => {
    const dot = name.lastIndexOf(".");
    const text = values.get(keyOf(name.slice(0, dot), name.slice(dot + 1))) ?? "";
    return scene.words[text] ?? text;
  });

// What there is to say of every thing: a line each, for those who do not see the picture.
export const described = (scene, values) => {
  const lines = [];
  for (const [key, thing] of scene.sentences) {
    const block = thing.split("/")[0];
    const holds = key === "holds";
    if (values.get(keyOf(block, "there")) !== "yes" || (values.get(keyOf(thing, "there")) ?? "yes") !== "yes") continue;
    if (holds && !values.get(keyOf(thing, "names"))) continue;
    const bind = scene.words[key].replaceAll("{name}", scene.names[block] ?? block).replaceAll("{", `{${thing}.`);
    const line = filled(scene, bind, values);
    if (holds && lines.length) lines[lines.length - 1] += ` (${line})`;
    else lines.push(line);
  }
  return lines;
};
