/**
 * Keeps the shell of the app (page, scripts, styles, icons), so that it opens and says what is wrong while the gateway
 * cannot be reached. Values are never kept: what is shown is live, or said to be missing.
 */

/** What a service worker is given, as far as it is used; the libraries of pages do not describe it. */
interface Worker {
  addEventListener: (type: string, listener: (event: WorkerEvent) => void) => void;
  skipWaiting: () => Promise<void>;
  clients: { claim: () => Promise<void> };
  registration: { scope: string };
}

interface WorkerEvent {
  readonly request: Request;
  waitUntil: (work: Promise<unknown>) => void;
  respondWith: (answer: Promise<Response>) => void;
}

// The border to the platform: inside a worker the global object is this.
const worker = globalThis as unknown as Worker;
const SHELF = 'busbar-shell-1';

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(SHELF)
      .then((shelf) => shelf.add(new Request(worker.registration.scope, { cache: 'reload' })))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELF).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const scope = worker.registration.scope;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  const path = request.url.slice(scope.length);
  if (request.mode === 'navigate' && !/^(api|healthz|openapi|metrics)/.test(path)) {
    event.respondWith(fresh(request, scope));
  } else if (path.startsWith('assets/')) event.respondWith(kept(request));
  else if (/^(icon|manifest)/.test(path)) event.respondWith(fresh(request, request.url));
});

/** From the gateway; from the shelf while it cannot be reached. */
async function fresh(request: Request, name: string): Promise<Response> {
  const shelf = await caches.open(SHELF);
  try {
    const answer = await fetch(request);
    if (answer.ok) await shelf.put(name, answer.clone());
    return answer;
  } catch (error) {
    const found = await shelf.match(name);
    if (found === undefined) throw error;
    return found;
  }
}

/** From the shelf: a name with a hash is always the same file. */
async function kept(request: Request): Promise<Response> {
  const shelf = await caches.open(SHELF);
  const found = await shelf.match(request);
  if (found !== undefined) return found;
  const answer = await fetch(request);
  if (answer.ok) await shelf.put(request, answer.clone());
  return answer;
}

export {};
