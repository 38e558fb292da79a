// Reads sentences aloud with the browser's own voices, each language with its own voice, highlighting as it goes.

let running = null;

const voiceFor = (language) =>
  speechSynthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(language));

// What is spoken of a sentence: each of its visible lines, or the sentence itself where it has one language.
const linesOf = (unit) => {
  const lines = [...unit.querySelectorAll(".unit__line")].filter((line) => line.offsetParent !== null);
  return lines.length ? lines : [unit];
};

const stop = () => {
  if (!running) return;
  const { button, label } = running;
  running = null;
  speechSynthesis.cancel();
  for (const unit of document.querySelectorAll("[data-spoken]")) delete unit.dataset.spoken;
  button.textContent = label;
};

const speak = (line) =>
  new Promise((done) => {
    const voice = voiceFor(line.lang || line.closest("[lang]").lang);
    if (!voice) return done();
    const words = new SpeechSynthesisUtterance(line.textContent.trim());
    words.voice = voice;
    words.lang = voice.lang;
    words.onend = words.onerror = done;
    speechSynthesis.speak(words);
  });

// Reads these sentences one after the other; pressed again, it stops. `button` shows that it is reading.
export const toggleListening = async (units, button, follow) => {
  if (running) return stop();
  const mine = (running = { button, label: button.textContent });
  button.textContent = button.dataset.on;
  for (const unit of units) {
    if (running !== mine) return;
    if (unit.offsetParent === null) continue;
    unit.dataset.spoken = "";
    follow(unit);
    for (const line of linesOf(unit)) {
      if (running !== mine) return;
      await speak(line);
    }
    delete unit.dataset.spoken;
  }
  if (running === mine) stop();
};
addEventListener("pagehide", stop);
