// Keep what has been fetched, under the version of the site: a second visit needs no network, a new edition starts anew.
const VERSION = "@VERSION@";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("symbiosis-") && name !== VERSION) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(old());
});

const kept = async (request) => {
  const cache = await caches.open(VERSION);
  const found = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.status === 200) await cache.put(request, answer.clone());
  return answer;
};

// Pages are asked for anew where there is a network, so that a new edition is seen; all else is taken from what is kept.
const fresh = async (request) => {
  const cache = await caches.open(VERSION);
  try {
    const answer = await fetch(request);
    if (answer.status === 200) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const found = await cache.match(request, { ignoreSearch: true });
    if (found) return found;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || pathname.endsWith("/sw.js")) return;
  event.respondWith(request.mode === "navigate" ? fresh(request) : kept(request));
});
