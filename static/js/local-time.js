// Moments that the server wrote in UTC, in the zone of this device and in the language of the page.
import { remember } from "./site.js";

const SHOWN = {
  day: { dateStyle: "long" },
  time: { weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" },
  hour: { hour: "numeric", minute: "2-digit" },
};
// Days of charts and plans are counted where this device is (studyapp/pages/days.py).
remember("utc_offset", -new Date().getTimezoneOffset());
for (const time of document.querySelectorAll("time[data-local]")) {
  const written = new Intl.DateTimeFormat(document.documentElement.lang, SHOWN[time.dataset.local]);
  time.textContent = written.format(new Date(time.dateTime));
}
