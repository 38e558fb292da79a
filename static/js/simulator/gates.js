// Predictions: play stops before the decisive event and asks; then the picture answers.
import { keepPrediction } from "./predictions.js";

// What was answered stays answered while this page is open, whatever run of the scenario is shown.
const answered = new Set();

const button = (text, className) => Object.assign(document.createElement("button"), { type: "button", textContent: text, className });

export class Gates {
  constructor(player) {
    this.player = player;
    this.slot = player.find("gate");
    this.words = this.slot.dataset;
    this.open = null;
    this.pending = null;
    const asked = player.dataset.gates === "off" ? [] : player.scene.gates;
    this.list = asked.map(([step, id]) => ({ step, id, box: this.boxOf(id) })).filter((gate) => gate.box);
    for (const gate of this.list) gate.box.hidden = true;
  }

  boxOf(id) {
    return this.player.getRootNode().querySelector(`[data-gate-of="${this.player.dataset.run}"][data-gate-id="${id}"]`);
  }

  key(gate) {
    return `${this.player.dataset.run} ${gate.id}`;
  }

  waiting(gate) {
    return !answered.has(this.key(gate));
  }

  // The first unanswered gate after one step and up to another; null if there is none.
  within(after, last) {
    return this.list.find((gate) => gate.step > after && gate.step <= last && this.waiting(gate))?.step ?? null;
  }

  stopsAt(step) {
    return this.within(step - 1, step) !== null;
  }

  nextAfter(step) {
    return this.within(step, Infinity);
  }

  close() {
    this.open = null;
    this.slot.hidden = true;
    this.player.find("words").hidden = false;
    this.slot.replaceChildren();
  }

  // Stop before the event of a step and ask.
  ask(step, goOn = false) {
    const gate = this.list.find((each) => each.step === step && this.waiting(each));
    const { player } = this;
    player.stop();
    player.stand(step - 1, player.scene.steps[step].t);
    player.tell();
    this.open = gate;
    this.goOn = goOn;
    const question = document.createElement("div");
    question.className = "gate__question";
    question.append(...[...gate.box.querySelectorAll("[data-question] > *")].map((each) => each.cloneNode(true)));
    const options = document.createElement("div");
    options.className = "gate__options";
    for (const item of gate.box.querySelectorAll("[data-option]")) {
      const choice = button(item.querySelector("summary").textContent, "gate__option");
      choice.setAttribute("aria-pressed", "false");
      choice.addEventListener("click", () => this.choose(gate, item, choice, options));
      options.append(choice);
    }
    const sure = document.createElement("fieldset");
    sure.className = "gate__sure";
    const legend = Object.assign(document.createElement("legend"), { textContent: this.words.sure });
    sure.append(legend);
    for (const [value, text] of [["guess", this.words.guess], ["fairly", this.words.fairly], ["sure", this.words.certain]]) {
      const label = document.createElement("label");
      const input = Object.assign(document.createElement("input"), { type: "radio", name: `sure-${gate.id}`, value });
      label.append(input, text);
      sure.append(label);
    }
    this.watch = button(this.words.watch, "button button--main");
    this.watch.disabled = true;
    this.watch.addEventListener("click", () => this.reveal(gate));
    const show = button(this.words.show, "button button--quiet");
    show.addEventListener("click", () => this.reveal(gate, true));
    const row = document.createElement("div");
    row.className = "row";
    row.append(this.watch, show);
    const heading = Object.assign(document.createElement("p"), { className: "box__name", textContent: this.words.title, tabIndex: -1 });
    this.slot.replaceChildren(heading, question, options, sure, row);
    this.player.find("words").hidden = true;
    this.slot.hidden = false;
    heading.focus({ preventScroll: true });
    this.bringIntoView();
  }

  // The picture and the question together, where the window is high enough for both.
  bringIntoView() {
    if (this.slot.getBoundingClientRect().bottom > innerHeight) this.player.scrollIntoView({ block: "start" });
  }

  choose(gate, item, choice, options) {
    for (const each of options.children) each.setAttribute("aria-pressed", String(each === choice));
    this.chosen = item;
    this.watch.disabled = false;
    this.watch.focus({ preventScroll: true });
  }

  // Let it happen, then say whether the prediction came true.
  reveal(gate, skipped = false) {
    const sure = this.slot.querySelector("input:checked")?.value ?? "";
    const option = skipped ? "" : this.chosen?.dataset.option ?? "";
    keepPrediction({ scenario: this.player.dataset.run, gate: gate.id, option, confidence: skipped ? "" : sure });
    answered.add(this.key(gate));
    this.pending = { gate, item: skipped ? null : this.chosen };
    this.chosen = null;
    if (this.player.getBoundingClientRect().top < 0) this.player.scrollIntoView({ block: "start", behavior: "instant" });
    this.player.play();
  }

  // After the beat of the event: stop, and show the verdict. True if it did.
  answeredAt(step) {
    const pending = this.pending;
    if (!pending || pending.gate.step > step) return false;
    this.pending = null;
    const { player } = this;
    player.stop();
    player.tell();
    player.announce();
    const parts = [];
    if (pending.item) {
      parts.push(pending.item.querySelector("[data-verdict]").cloneNode(true));
    }
    const answer = pending.gate.box.querySelector("[data-answer]").cloneNode(true);
    answer.hidden = false;
    parts.push(answer);
    const on = button(this.words.on, "button button--main");
    on.addEventListener("click", () => { this.close(); player.play(); });
    const heading = Object.assign(document.createElement("p"), { className: "box__name", textContent: this.words.answer, tabIndex: -1 });
    this.slot.replaceChildren(heading, ...parts, on);
    this.player.find("words").hidden = true;
    this.slot.hidden = false;
    heading.focus({ preventScroll: true });
    this.bringIntoView();
    return true;
  }
}
