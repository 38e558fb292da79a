// Marks in the text of a question: the words that are selected, or one sentence after the other without a selection.
// They stay in this browser, for one attempt of a kind at a time, by question and language. The page is not changed:
// the CSS Custom Highlight API paints them, and where there is none the button stays hidden.
const NAME = "quiz-mark";
const PREFIX = "decouple.marks.";
export const canMark = Boolean(globalThis.CSS?.highlights && globalThis.Highlight);

// `sentence` is the place of the one that the key or the button marked, from 1; 0 for none. `spans` came from selections.
const NONE = { spans: [], sentence: 0 };
let shown = null; // { kind, attempt, name, stem, button }
let chosen = null; // what was selected when the button was pressed: the press may take the selection away

const kept = ({ kind, attempt }) => {
  try {
    const held = JSON.parse(localStorage.getItem(PREFIX + kind));
    if (held?.attempt === attempt) return held.marks;
  } catch { /* nothing is kept, or it cannot be read */ }
  return {};
};
const read = () => ({ ...NONE, ...kept(shown)[shown.name] });
const write = (marks) => {
  const all = { ...kept(shown), [shown.name]: marks };
  if (!marks.spans.length && !marks.sentence) delete all[shown.name];
  try { localStorage.setItem(PREFIX + shown.kind, JSON.stringify({ attempt: shown.attempt, marks: all })); } catch { /* gone with the page */ }
};

export const forgetMarks = (kind) => { try { localStorage.removeItem(PREFIX + kind); } catch { /* nothing was kept */ } };

// A question that was answered is not marked any more.
const dropMarks = (kind, attempt, number) => {
  const all = Object.entries(kept({ kind, attempt }));
  const left = all.filter(([name]) => !name.startsWith(`${number}.`));
  if (left.length === all.length) return;
  if (!left.length) forgetMarks(kind);
  else try { localStorage.setItem(PREFIX + kind, JSON.stringify({ attempt, marks: Object.fromEntries(left) })); } catch { /* nothing was kept */ }
};

// --- places in a text ------------------------------------------------------------------------------------
const pieces = () => {
  const walker = document.createTreeWalker(shown.stem, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let at = 0; walker.nextNode(); at += walker.currentNode.data.length) found.push({ node: walker.currentNode, at });
  return found;
};
const rangeOf = ([from, to], parts) => {
  const holds = (place) => parts.find(({ node, at }) => place >= at && place <= at + node.data.length);
  const [first, last] = [parts.findLast(({ at }) => at <= from), holds(to)];
  if (!first || !last) return null;
  const range = new Range();
  range.setStart(first.node, Math.min(from - first.at, first.node.data.length));
  range.setEnd(last.node, to - last.at);
  return range;
};
const selected = () => {
  const selection = document.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(shown.stem)) return null;
  const before = new Range();
  const place = (node, offset) => {
    before.setStart(shown.stem, 0);
    if (before.comparePoint(node, offset) < 0) return 0;
    before.setEnd(node, offset);
    return before.toString().length;
  };
  const whole = shown.stem.textContent.length;
  const span = [place(range.startContainer, range.startOffset), Math.min(place(range.endContainer, range.endOffset), whole)];
  return span[0] < span[1] ? span : null;
};

// Sentences of the question as [from, to], without the space around them; a paragraph ends one.
export const sentences = (paragraphs, language) => {
  const found = [];
  const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter(language, { granularity: "sentence" }) : null;
  for (const { text, at } of paragraphs) {
    const parts = segmenter ? [...segmenter.segment(text)] : [{ segment: text, index: 0 }];
    for (const { segment, index } of parts) {
      const words = segment.trim();
      if (words) found.push([at + index + segment.indexOf(words), at + index + segment.indexOf(words) + words.length]);
    }
  }
  return found;
};
const ownSentences = () => {
  let at = 0;
  const paragraphs = [];
  for (const node of shown.stem.childNodes) {
    if (node.nodeName === "P") paragraphs.push({ text: node.textContent, at });
    at += node.textContent.length;
  }
  return sentences(paragraphs, shown.stem.closest("[lang]").lang);
};

// Marks, with a new span in them; a span that is marked already is taken out.
export const toggled = (spans, [from, to]) => {
  const inside = spans.some(([a, b]) => a <= from && to <= b);
  const rest = spans.flatMap(([a, b]) => {
    if (inside) return [[a, Math.min(b, from)], [Math.max(a, to), b]].filter(([x, y]) => x < y);
    return b < from || a > to ? [[a, b]] : [];
  });
  if (inside) return rest;
  const touched = spans.filter(([a, b]) => b >= from && a <= to);
  return [...rest, [Math.min(from, ...touched.map(([a]) => a)), Math.max(to, ...touched.map(([, b]) => b))]].sort(([a], [b]) => a - b);
};

const paint = () => {
  const { spans, sentence } = read();
  const all = sentence ? [...spans, ownSentences()[sentence - 1]] : spans;
  const parts = pieces();
  CSS.highlights.set(NAME, new Highlight(...all.filter(Boolean).map((span) => rangeOf(span, parts)).filter(Boolean)));
};

export const mark = () => {
  if (!shown) return false;
  const span = selected() ?? chosen;
  chosen = null;
  const marks = read();
  let text = "";
  if (span) {
    marks.spans = toggled(marks.spans, span);
    if (marks.spans.some(([a, b]) => a <= span[0] && span[1] <= b)) text = shown.stem.textContent.slice(...span);
    document.getSelection().removeAllRanges();
  } else {
    const all = ownSentences();
    marks.sentence = (marks.sentence + 1) % (all.length + 1);
    if (marks.sentence) text = shown.stem.textContent.slice(...all[marks.sentence - 1]);
  }
  write(marks);
  paint();
  const { marked, unmarked } = shown.button.dataset;
  shown.said.textContent = text ? marked.replace("{text}", text) : unmarked;
  return true;
};

// Called for every question that the page shows: `number` is its place in the attempt.
export const showMarks = (kind, attempt, number) => {
  if (!canMark) return;
  CSS.highlights.delete(NAME);
  const button = document.querySelector("[data-mark]");
  const stem = document.getElementById("stem");
  shown = null;
  if (!button || !stem) { dropMarks(kind, attempt, number); return; }
  const said = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  said.setAttribute("role", "status");
  button.after(said);
  shown = { kind, attempt, name: `${number}.${stem.closest("[lang]").lang}`, stem, button, said };
  button.hidden = false;
  button.addEventListener("pointerdown", () => { chosen = selected(); });
  button.addEventListener("click", mark);
  paint();
};
