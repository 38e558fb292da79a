// A known learner's predictions are kept; nobody becomes known by predicting.
import { isKnown, personal } from "../site.js";

export const keepPrediction = async (fields) => {
  if (!isKnown()) return false;
  const known = await personal();
  if (!known) return false;
  const language = document.documentElement.lang;
  try {
    const answer = await fetch(`/${language}/simulator/prediction/`, {
      method: "POST", body: new URLSearchParams(fields), keepalive: true, headers: { "X-CSRFToken": known.token },
    });
    return answer.ok;
  } catch {
    return false;
  }
};
