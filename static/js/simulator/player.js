// <sim-player data-scene="ADDRESS"> around a picture, a bar and a caption that the server wrote. It plays, steps,
// scrubs and asks. Everything in it works without a script as a still picture with a table of the run.
import { calm, onKey } from "../site.js";
import { Drawing } from "./drawing.js";
import { Gates } from "./gates.js";
import { described, moves, read, stateAt, stepAt } from "./scene.js";
import { apart, axis, beatAfter, clock, goodSpeed, schedule } from "./timeline.js";

const STEP_MS = 450;
const DAY_MS = 86_400_000;
const scenes = new Map();

// The scene of an address, asked for once.
export const sceneOf = (address) => {
  if (!scenes.has(address)) {
    const answer = fetch(address, { headers: { Accept: "application/json" } }).then((got) => {
      if (!got.ok) throw new Error(`${got.status} ${address}`);
      return got.json();
    });
    answer.catch(() => scenes.delete(address));
    scenes.set(address, answer);
  }
  return scenes.get(address).then(read);
};

export class Player extends HTMLElement {
  async connectedCallback() {
    if (this.scene) return;
    this.find = (name) => this.querySelector(`[data-${name}]`);
    try {
      this.scene = await sceneOf(this.dataset.scene);
    } catch {
      this.find("event").textContent = this.dataset.fault;
      return;
    }
    if (!this.isConnected) return;
    this.drawings = [...this.querySelectorAll("svg[data-layout]")].map((svg) => new Drawing(svg, this.scene));
    this.axis = axis(this.scene);
    this.setSpeed(goodSpeed(this.scene));
    this.gates = new Gates(this);
    this.drawTicks();
    this.listen();
    this.find("bar").toggleAttribute("data-long", this.scene.ends >= DAY_MS);
    this.find("bar").hidden = "follows" in this.dataset;
    // Played by itself, it begins at `from` and stands still at `until`, after the event `step`; with less motion it
    // stands there at once.
    const { at, from = 0, go, step, until } = this.dataset;
    const plays = go === "play" && !(until && calm());
    if (plays && Number(from)) this.seek(Number(from));
    else if (plays || at === undefined) this.seekStep(this.scene.first, 0);
    else this.seek(Number(at), step);
    this.dataset.ready = "";
    if (plays) this.play(Number(until ?? Infinity));
    const stage = this.querySelector(".sim__stage");
    // The page may have been scrolled since: where the picture is now counts.
    const outOfSight = ({ top, bottom }) => bottom <= 0 || top >= innerHeight;
    this.sleep = new IntersectionObserver(() => { if (outOfSight(stage.getBoundingClientRect())) this.pause(); });
    this.sleep.observe(stage);
    this.dispatchEvent(new CustomEvent("sim-ready", { bubbles: true }));
  }

  disconnectedCallback() {
    this.pause();
    this.sleep?.disconnect();
  }

  // The drawing that can be seen; the other one is brought up to date when it is shown.
  get drawing() {
    return this.drawings.find((each) => each.svg.checkVisibility?.() ?? each.svg.getClientRects().length) ?? this.drawings[0];
  }

  setSpeed(speed) {
    this.speed = speed;
    this.beats = schedule(this.scene, speed);
    for (const button of this.querySelectorAll("[data-speed]")) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
    this.tell();
  }

  // Standing still

  // The picture as it was at a time, exactly; of several events at that time, after `step`.
  seek(ms, step) {
    const at = Math.min(Math.max(ms, 0), this.scene.ends);
    this.seekStep(Number(step ?? stepAt(this.scene, at)), at);
  }

  seekStep(step, ms) {
    this.stop();
    this.stand(step, ms);
    this.tell();
  }

  stand(step, ms) {
    this.step = Math.min(Math.max(step, -1), this.scene.steps.length - 1);
    this.ms = ms;
    this.state = stateAt(this.scene, this.step);
    this.drawing.settle(this.state, ms);
    this.showTime();
  }

  // The picture at the time of another player, on whose clock this one runs.
  follow(ms) {
    const step = stepAt(this.scene, ms);
    if (step === this.step) {
      this.ms = ms;
      this.drawing.tick(ms);
      return;
    }
    this.stand(step, ms);
    this.captionNow();
  }

  // One event on, seen on its way; or one event back, at once.
  stepOn() {
    const target = this.step + 1;
    if (target >= this.scene.steps.length) return this.seekStep(this.step, this.scene.ends);
    this.stop();
    if (this.gates.stopsAt(target)) return this.gates.ask(target);
    this.run(this.toStep(target, STEP_MS), () => { this.seekStep(target, this.scene.steps[target].t); this.announce(); });
  }

  stepBack() {
    const target = this.step - (this.ms > (this.scene.steps[this.step]?.t ?? 0) ? 0 : 1);
    const step = Math.max(target, this.scene.first);
    this.seekStep(step, this.scene.steps[step]?.t ?? 0);
    this.announce();
  }

  // Straight to the next event worth seeing.
  next() {
    const ahead = this.scene.steps.findIndex((step, n) => n > this.step && step.notable);
    const gate = this.gates.nextAfter(this.step);
    if (gate !== null && (ahead < 0 || gate <= ahead)) return this.gates.ask(gate);
    const target = ahead < 0 ? this.scene.steps.length - 1 : ahead;
    const before = Math.max(target - 1, this.step);
    this.stand(before, this.scene.steps[target].t);
    this.run(this.toStep(target, STEP_MS), () => {
      this.seekStep(target, ahead < 0 ? this.scene.ends : this.scene.steps[target].t);
      this.announce();
    });
  }

  // Moving

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play(until = Infinity) {
    this.until = until;
    if (this.step >= this.scene.steps.length - 1 && this.ms >= this.scene.ends) this.stand(this.scene.first, 0);
    this.stop();
    this.gates.close();
    this.playing = true;
    this.tell();
    this.playBeat();
  }

  pause() {
    if (!this.scene || !this.playing) return;
    this.stop();
    this.stand(this.step, this.ms);
    this.tell();
    this.announce();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.playing = false;
  }

  // Wait until the next beat begins, ask if there is something to ask, let it happen, go on.
  playBeat() {
    const beat = beatAfter(this.beats, this.step);
    const from = this.ms;
    const wait = Math.max(0, beat.torn ? beat.wait : (beat.t - from) / this.speed);
    this.run((passed) => {
      const part = wait ? Math.min(passed / wait, 1) : 1;
      this.ms = from + (beat.t - from) * part;
      this.drawing.tick(this.ms);
      this.showTime();
      return part < 1;
    }, () => {
      if (beat.beat < 0) {
        this.stop();
        this.seekStep(this.step, this.scene.ends);
        this.announce();
        return;
      }
      const gate = this.gates.within(this.step, beat.last);
      if (gate !== null) {
        this.gates.ask(gate, true);
        return;
      }
      this.run(this.toStep(beat.last, calm() ? 0 : beat.travel), () => {
        this.stand(beat.last, beat.t);
        this.captionNow();
        if (this.gates.answeredAt(beat.last)) return;
        if (this.ms >= this.until) { this.seek(this.until, this.dataset.step); this.announce(); return; }
        if (calm()) this.pauseAfter();
        else this.playBeat();
      });
    });
  }

  // With less motion, play shows one beat after another, with time to look.
  pauseAfter() {
    const wait = 1200;
    this.run((passed) => passed < wait, () => this.playBeat());
  }

  // A frame for tokens on their way to the state after a step.
  toStep(target, travel) {
    const after = stateAt(this.scene, target);
    const way = moves(this.scene, this.drawing.layout, this.state, after);
    const ms = this.scene.steps[target].t;
    this.drawing.show(after.values);
    const duration = way.length && !calm() ? travel : 0;
    return (passed) => {
      const part = duration ? Math.min(passed / duration, 1) : 1;
      this.drawing.travel(way, part, ms);
      this.ms = ms;
      this.showTime();
      return part < 1;
    };
  }

  // Call `draw` with the milliseconds that have passed, frame by frame, until it says false; then `done`.
  run(draw, done) {
    cancelAnimationFrame(this.frame);
    const start = performance.now();
    const turn = (now) => {
      if (draw(Math.max(0, now - start))) this.frame = requestAnimationFrame(turn);
      else done();
    };
    turn(start);
  }

  // What stands around the picture

  clock(ms, tenths = false) {
    return clock(ms, { tenths, days: this.scene.words.days });
  }

  showTime() {
    const text = this.clock(this.ms, this.scene.ends < 60_000);
    if (text !== this.shownTime) this.find("clock").textContent = this.shownTime = text;
    if ("leads" in this.dataset) this.dispatchEvent(new CustomEvent("sim-time", { bubbles: true, detail: { ms: this.ms } }));
    if (!this.scrubbing) {
      const scrub = this.find("scrub");
      const place = String(Math.round(this.axis.place(this.ms) * 1000));
      if (scrub.value !== place) scrub.value = place;
    }
  }

  // Everything that is said in words: the button, the state, the caption, the row of the table.
  tell() {
    const button = this.find("play");
    button.setAttribute("aria-label", this.playing ? button.dataset.pause : button.dataset.play);
    button.toggleAttribute("data-playing", Boolean(this.playing));
    this.find("pace").textContent = this.playing ? `×${this.speed}` : this.dataset.paused;
    if (this.state) this.captionNow();
  }

  captionNow() {
    const { captions, first, reasons, say, steps, why } = this.scene;
    const caption = captions.filter(([step]) => step <= this.step).at(-1);
    const moment = this.find("moment");
    moment.textContent = caption?.[1] ?? this.dataset.question ?? "";
    moment.hidden = !moment.textContent;
    // What is not told, such as a call, stands under the sentence before it.
    const told = this.step < first ? -1 : say.findLastIndex((words, n) => words && n <= this.step);
    this.find("event").textContent = say[told] ?? "";
    const reason = this.find("why");
    if (reason) reason.textContent = reasons[why[told] ?? 0][0];
    this.find("scrub").setAttribute("aria-valuetext", `${this.clock(this.ms)} ${say[this.step] ?? ""}`);
    if (!this.playing) this.find("lines").replaceChildren(...described(this.scene, this.state.values).map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    this.dispatchEvent(new CustomEvent("sim-step", { bubbles: true, detail: { step: this.step, number: steps[this.step]?.n ?? -1, ms: this.ms, playing: Boolean(this.playing) } }));
  }

  // Somebody who listens hears the newest event, but only when they stepped or paused.
  announce() {
    this.find("announce").textContent = `${this.clock(this.ms)} ${this.scene.say[this.step] ?? ""}`;
  }

  drawTicks() {
    const box = this.find("ticks");
    const kept = new Map();
    for (const step of this.scene.steps) {
      const place = Math.round(this.axis.place(step.t) * 240);
      kept.set(place, (kept.get(place) ?? false) || step.notable);
    }
    const marks = [...kept].map(([place, notable]) => {
      const mark = document.createElement("span");
      mark.className = notable ? "sim__tick sim__tick--notable" : "sim__tick";
      mark.style.insetInlineStart = `${(place / 240) * 100}%`;
      return mark;
    });
    for (const [step] of this.scene.gates) {
      const mark = document.createElement("span");
      mark.className = "sim__tick sim__tick--gate";
      mark.style.insetInlineStart = `${this.axis.place(this.scene.steps[step].t) * 100}%`;
      marks.push(mark);
    }
    box.replaceChildren(...marks);
    new ResizeObserver(() => this.drawTears(box)).observe(box);
  }

  // How long the waits are that are torn out of the axis, as far as there is room.
  drawTears(box) {
    for (const tear of box.querySelectorAll(".sim__tear")) tear.remove();
    const add = (gap) => {
      const tear = box.appendChild(document.createElement("span"));
      tear.className = "sim__tear";
      tear.textContent = gap === null ? "" : `+${this.clock(gap).replace(/ 0:00$/, "")}`;
      return tear;
    };
    const widthOf = (gap) => { const tear = add(gap); const width = tear.offsetWidth; tear.remove(); return width; };
    for (const [left, gap] of apart(this.axis.tears, box.clientWidth, widthOf)) add(gap).style.insetInlineStart = `${left}px`;
  }

  listen() {
    const does = {
      start: () => this.seekStep(this.scene.first, 0),
      back: () => this.stepBack(),
      play: () => this.toggle(),
      step: () => this.stepOn(),
      next: () => this.next(),
    };
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button || !this.contains(button)) return;
      if (button.dataset.do in does) { does[button.dataset.do](); if (button.dataset.do !== "play") this.tell(); }
      if (button.dataset.speed) this.changeSpeed(Number(button.dataset.speed));
    });
    const scrub = this.find("scrub");
    scrub.addEventListener("input", () => {
      this.scrubbing = true;
      this.gates.close();
      this.seek(this.axis.time(scrub.value / 1000));
      this.scrubbing = false;
    });
    new ResizeObserver(() => { if (!this.playing) this.drawing.settle(this.state, this.ms); }).observe(this.querySelector(".sim__stage"));
    const keys = this.keys(does);
    if (this.dataset.keys === "page") {
      for (const [code, action] of Object.entries(keys)) onKey(code, (event) => (event.target.closest?.("button, a, summary, select") && (code === "Space" || code === "Enter") ? false : action(event)));
    } else {
      this.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
        if (event.code === "Space" && event.target.closest("button, a, summary")) return;
        if (event.code in keys) { event.preventDefault(); event.stopPropagation(); keys[event.code](event); }
      });
    }
    scrub.addEventListener("keydown", (event) => {
      if (event.code in keys) { event.preventDefault(); event.stopPropagation(); keys[event.code](event); }
    });
  }

  keys(does) {
    const often = (action) => (event) => { for (let n = 0; n < (event.shiftKey ? 10 : 1); n++) action(); };
    const speeds = [1, 10, 60];
    const other = (by) => this.changeSpeed(speeds[Math.min(Math.max(speeds.indexOf(this.speed) + by, 0), 2)]);
    return {
      Space: does.play,
      ArrowRight: (event) => (event.shiftKey ? this.leap(10) : does.step()),
      ArrowLeft: often(does.back),
      Period: does.next,
      BracketLeft: () => other(-1),
      BracketRight: () => other(1),
      Home: does.start,
      End: () => { this.gates.close(); this.seekStep(this.scene.steps.length - 1, this.scene.ends); this.announce(); },
    };
  }

  // Some steps on, at once.
  leap(by) {
    const step = Math.min(this.step + by, this.scene.steps.length - 1);
    this.seekStep(step, this.scene.steps[step].t);
    this.announce();
  }

  changeSpeed(speed) {
    const was = this.playing;
    this.stop();
    this.setSpeed(speed);
    if (was) { this.stand(this.step, this.ms); this.playing = true; this.tell(); this.playBeat(); }
  }
}

customElements.define("sim-player", Player);
