// Reads sentences aloud with the browser's own voices, each language with its own voice, highlighting as it goes.

let running = null;

const voiceFor = (language) => speechSynthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(language));

// What is spoken of a sentence: each of its lines, or the sentence itself where it has one language.
const linesOf = (unit) => {
  const lines = [...unit.querySelectorAll(".unit__line")].filter((line) => line.offsetParent !== null);
  return lines.length ? lines : [unit];
};

const stop = () => {
  running = null;
  speechSynthesis.cancel();
  for (const unit of document.querySelectorAll("[data-spoken]")) delete unit.dataset.spoken;
};

const speak = (line) => new Promise((done) => {
  const language = line.lang || line.closest("[lang]").lang;
  const voice = voiceFor(language);
  if (!voice) { done(); return; }
  const words = new SpeechSynthesisUtterance(line.textContent.trim());
  words.voice = voice;
  words.lang = voice.lang;
  words.onend = words.onerror = done;
  speechSynthesis.speak(words);
});

export const toggleListening = async (units, from, button, select) => {
  const label = button.dataset.off ?? (button.dataset.off = button.textContent);
  if (running) { stop(); button.textContent = label; return; }
  const mine = (running = {});
  button.textContent = button.dataset.on;
  const first = from ? units.indexOf(from) : Math.max(0, units.findIndex((unit) => unit.getBoundingClientRect().top > 60));
  for (const unit of units.slice(first)) {
    if (running !== mine) return;
    if (unit.offsetParent === null) continue;
    unit.dataset.spoken = "";
    select(unit, { address: false });
    for (const line of linesOf(unit)) {
      if (running !== mine) return;
      await speak(line);
    }
    delete unit.dataset.spoken;
  }
  if (running === mine) { stop(); button.textContent = label; }
};
addEventListener("pagehide", stop);
