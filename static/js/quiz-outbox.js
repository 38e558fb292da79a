// Answers that the server has not confirmed wait here, in localStorage: one for each question, the newest wins.
// They are sent one after the other, again with growing pauses, when the network is back, and on any page.

const PREFIX = "decouple.answer.";
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000];

const nameOf = (attempt, number) => `${PREFIX}${attempt}.${number}`;
const read = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
const write = (name, entry) => { try { localStorage.setItem(name, JSON.stringify(entry)); } catch { memory.set(name, entry); } };
const remove = (name) => { memory.delete(name); try { localStorage.removeItem(name); } catch { /* it was never there */ } };
const valueOf = (fields, name) => fields.find(([key]) => key === name)?.[1] ?? 0;
const memory = new Map(); // where storage is full or forbidden

export const waiting = (attempt = "") => {
  const names = new Set(memory.keys());
  try { for (let n = 0; n < localStorage.length; n += 1) names.add(localStorage.key(n)); } catch { /* memory only */ }
  return [...names]
    .filter((name) => name.startsWith(PREFIX + attempt))
    .map((name) => ({ name, entry: memory.get(name) ?? read(name) }))
    .filter(({ entry }) => entry?.address && entry?.fields)
    .sort((one, other) => one.entry.since - other.entry.since);
};

export const held = (attempt, number) => memory.get(nameOf(attempt, number)) ?? read(nameOf(attempt, number));

export class Outbox extends EventTarget {
  // `token` gives the CSRF token; `post` sends, and stands here so that tests can take its place.
  constructor(attempt, token, post = (address, init) => fetch(address, init)) {
    super();
    Object.assign(this, { attempt, token, post, failures: 0, busy: null, timer: 0, flying: "" });
    addEventListener("online", () => { this.failures = 0; this.drain(); });
  }

  put(number, address, fields) {
    const name = nameOf(this.attempt, number);
    const before = memory.get(name) ?? read(name);
    // Time that an unsent entry carries is not lost when a newer one takes its place.
    const unsent = before && before.key !== this.flying ? Number(valueOf(before.fields, "ms")) : 0;
    const { option, struck, pairs, ...single } = { ...fields, ms: fields.ms + unsent };
    const list = [...Object.entries(single), ...option.map((id) => ["option", id]), ...struck.map((id) => ["struck", id]), ...pairs];
    write(name, { address, number, key: fields.key, since: Date.now(), fields: list });
    this.say("saving", number);
    return this.drain();
  }

  say(state, number, detail = {}) { this.dispatchEvent(new CustomEvent("state", { detail: { state, number, ...detail } })); }

  // Sends what waits; a second call joins the one that runs. True when nothing is left.
  drain() {
    this.busy ??= this.run().finally(() => { this.busy = null; });
    return this.busy;
  }

  async run() {
    clearTimeout(this.timer);
    const refused = new Set();
    for (;;) {
      const next = waiting(this.attempt).find(({ name }) => !refused.has(name));
      if (!next) { this.failures = 0; return true; }
      this.flying = next.entry.key;
      const outcome = await this.send(next);
      this.flying = "";
      if (outcome === "later") { this.again(next.entry.number); return false; }
      // A newer answer to the same question may have come meanwhile: it stays and is sent next.
      if ((memory.get(next.name) ?? read(next.name))?.key === next.entry.key) remove(next.name);
      if (outcome === "refused") refused.add(next.name);
    }
  }

  async send({ entry }) {
    let answer;
    try {
      answer = await this.post(entry.address, {
        method: "POST",
        body: new URLSearchParams(entry.fields),
        headers: { Accept: "application/json", "X-CSRFToken": await this.token() },
        signal: AbortSignal.timeout?.(12_000),
      });
      if (answer.ok) {
        this.failures = 0;
        this.say("saved", entry.number, { reply: await answer.json() });
        return "sent";
      }
      if (answer.status === 409) {
        this.say("closed", entry.number, { reply: await answer.json() });
        return "refused";
      }
      if (answer.status === 400 || answer.status === 404) {
        this.say("refused", entry.number);
        return "refused";
      }
    } catch { /* no network, no whole reply, or too slow: it stays */ }
    return "later";
  }

  again(number) {
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.say("kept", number);
    this.timer = setTimeout(() => this.drain(), pause * (0.8 + Math.random() * 0.4));
  }
}
