// The clock of a practice set that has one. The server closes the set; this only shows what is left.
import { startClock } from "./exam-clock.js";
import { announce } from "./quiz-note.js";

const { left, minutes } = document.getElementById("practice-clock").dataset;
startClock({
  words: { left, minutesLeft: minutes },
  announce,
  over: () => setTimeout(() => location.reload(), 5500), // the server gives 5 s for what is under way
});
