{% autoescape off %}// Keeps what was opened for reading without a network. Personal pages are never kept.
const VERSION = "decouple-{{ version }}";
const KEEP = {{ keep }};
const PAGES = "decouple-pages";
const PERSONAL = /^\/(en|ko|vi)\/(mine|progress|settings|search)\/|^\/(start|aws|live)\/|\/finished\/$/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(KEEP)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith("decouple-") && n !== VERSION && n !== PAGES).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

async function staticFile(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(VERSION)).put(request, answer.clone());
  return answer;
}

async function page(request) {
  const pages = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && answer.headers.get("Cache-Control")?.startsWith("public")) {
      await pages.put(request.url.split("#")[0], answer.clone());
    }
    return answer;
  } catch (fault) {
    const url = request.url.split("#")[0];
    const kept = (await pages.match(url)) || (await pages.match(url.split("?")[0]));
    if (kept) return kept;
    const language = new URL(url).pathname.split("/")[1];
    const offline = await caches.match(`/${["en", "ko", "vi"].includes(language) ? language : "en"}/offline/`);
    if (offline && request.mode === "navigate") return offline;
    throw fault;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(staticFile(request));
  else if (!PERSONAL.test(url.pathname) && (request.mode === "navigate" || /\/card\/$|\.webmanifest$/.test(url.pathname))) event.respondWith(page(request));
});
{% endautoescape %}
