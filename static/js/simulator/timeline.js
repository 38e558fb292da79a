// Screen time and virtual time. Pure.
//
// The clock is exact; travel is not to scale. So the clock waits while messages travel, and runs between the beats
// (steps that are shown together). Long waits are torn: the clock leaps over them.

export const TORN_MS = 600_000;
const LEAP_MS = 1_400;
const TRAVEL_MS = 600;
const TRAVEL_FAST_MS = 250;
const MANY_BEATS = 90;

// Beats with their first and last step, their time, and how long they wait and travel on the screen at a speed.
export const schedule = (scene, speed) => {
  const beats = [];
  for (const [number, step] of scene.steps.entries()) {
    const last = beats.at(-1);
    if (last && last.beat === step.beat) {
      last.last = number;
      last.travels ||= step.tokens.length > 0;
    } else {
      beats.push({ beat: step.beat, first: number, last: number, t: step.t, travels: step.tokens.length > 0 });
    }
  }
  const crowd = Math.max(0.18, Math.min(1, MANY_BEATS / beats.length));
  const travel = (speed > 10 ? TRAVEL_FAST_MS : TRAVEL_MS) * crowd;
  let before = 0;
  let start = 0;
  for (const beat of beats) {
    const gap = beat.t - before;
    beat.torn = gap > TORN_MS;
    beat.wait = beat.torn ? LEAP_MS : gap / speed;
    beat.travel = beat.travels ? travel : 0;
    beat.since = before;
    beat.start = start;
    before = beat.t;
    start += beat.wait + beat.travel;
  }
  const gap = scene.ends - before;
  const wait = gap > TORN_MS ? LEAP_MS : gap / speed;
  beats.push({ beat: -1, first: scene.steps.length, last: scene.steps.length - 1, t: scene.ends, torn: gap > TORN_MS, wait, travel: 0, since: before, start, travels: false });
  return beats;
};

// The beat that is under way, or next, after a step was reached.
export const beatAfter = (beats, step) => beats.find((beat) => beat.last > step) ?? beats.at(-1);

// The speed that shows a run of this length in a time that one likes to watch.
export const goodSpeed = (scene) => {
  const quiet = schedule(scene, 10).reduce((sum, beat) => sum + beat.wait, 0);
  return quiet > 100_000 ? 60 : 10;
};

// The axis of the scrubber: virtual time with its long waits torn out, from 0 to 1.
export const axis = (scene) => {
  const points = [[0, 0]];
  const tears = [];
  const times = [...new Set(scene.steps.map((step) => step.t)), scene.ends];
  let [at, before] = [0, 0];
  const plain = times.reduce((sum, t, n) => sum + ((n ? t - times[n - 1] : t) > TORN_MS ? 0 : n ? t - times[n - 1] : t), 0);
  const tear = plain ? plain / 10 : 1;
  for (const t of times) {
    const gap = t - before;
    if (gap <= 0) continue;
    if (gap > TORN_MS) tears.push([at + tear / 2, gap]);
    at += gap > TORN_MS ? tear : gap;
    points.push([t, at]);
    before = t;
  }
  const all = at || 1;
  const along = (list, from, to, value) => {
    const n = list.findIndex((point) => point[from] >= value);
    if (n === 0) return list[0][to];
    if (n < 0) return list.at(-1)[to];
    const [a, b] = [list[n - 1], list[n]];
    return a[to] + ((b[to] - a[to]) * (value - a[from])) / (b[from] - a[from] || 1);
  };
  return {
    place: (t) => along(points, 0, 1, t) / all,
    time: (place) => along(points, 1, 0, place * all),
    tears: tears.map(([where, gap]) => [where / all, gap]),
  };
};

// Slow at both ends.
export const ease = (part) => (part < 0.5 ? 2 * part * part : 1 - (2 - 2 * part) ** 2 / 2);

// Which lengths of waits are written above the axis, [left edge, gap], and which are only marked, [middle, null]:
// where two would lie on one another, the longer wait has its length. `widthOf` says how wide a length is in a room of
// so many pixels.
export const apart = (tears, room, widthOf) => {
  const kept = [];
  return [...tears].sort((a, b) => b[1] - a[1]).map(([place, gap]) => {
    const width = widthOf(gap);
    const left = Math.max(0, Math.min(place * room - width / 2, room - width));
    if (kept.some(([from, to]) => left < to && left + width > from)) return [place * room, null];
    kept.push([left, left + width]);
    return [left, gap];
  });
};

// A point of virtual time as 1:02:03, with tenths where the run is short; from a day on as 4 d 12:00, in hours and
// minutes. `days` are the words for days in the reader's language.
export const clock = (ms, { tenths = false, days = "{n} d" } = {}) => {
  const whole = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  if (h >= 24) return `${days.replace("{n}", Math.floor(h / 24))} ${h % 24}:${two(m)}`;
  const text = h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  return tenths ? `${text}.${Math.floor((ms % 1000) / 100)}` : text;
};
