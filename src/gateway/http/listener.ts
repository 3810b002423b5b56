import type { IncomingMessage, ServerResponse } from 'node:http';
import { LightHeaders } from './light-headers.ts';
import { LightRequest } from './light-request.ts';
import { LightResponse } from './light-response.ts';
import type { ApiApp } from './options.ts';

/** Milliseconds that somebody has to send what nobody wants to read, after the answer: a rude end would lose that. */
const LINGER = 500;

/**
 * Answers requests of `node:http` by the application.
 *
 * `Response` and `Headers` of this process become small ones of our own, since Hono takes the global ones: those of
 * Node come with all of its client (undici), which is 11 MB, and the package `@hono/node-server` needs them and HTTP/2,
 * which is 4 more. `fetch` and whatever is made of it is not touched.
 * @param onFault hears what went wrong where nobody can be answered any more
 */
export function listenerOf(
  app: ApiApp,
  onFault: (error: unknown) => void,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  // Assigned, since to define a property V8 looks at the one that is there, and looking loads it.
  Object.assign(globalThis, { Response: LightResponse, Headers: LightHeaders });

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) gone.abort(new Error('whoever asked has gone'));
      else if (!incoming.complete) setTimeout(() => incoming.socket.destroy(), LINGER).unref();
    });
    let request: LightRequest;
    try {
      request = new LightRequest(incoming, gone.signal);
    } catch {
      outgoing.writeHead(400).end();
      return;
    }
    // What Hono and the routes use of both is there; the types want everything that a browser has.
    const fetched = app.fetch(request as unknown as Request, { incoming, outgoing });
    await send((await fetched) as unknown as LightResponse, outgoing);
  };

  return (incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      onFault(error);
      // Only an answer that is cut off can say now that it is not whole.
      outgoing.destroy();
    });
  };
}

/** Sends an answer; resolves when it was handed over or nobody takes it any more. */
async function send({ status, headers, body }: LightResponse, outgoing: ServerResponse): Promise<void> {
  // Not with `writeHead`, which does not know yet how long a body is.
  outgoing.statusCode = status;
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  if (body instanceof ReadableStream) await pour(body, outgoing);
  else if (body === null) outgoing.end();
  else outgoing.end(body instanceof ArrayBuffer ? new Uint8Array(body) : body);
}

/** Takes from a stream only what the connection takes, and says to it when that has ended. Rejects when the stream fails. */
async function pour(stream: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = stream.getReader();
  // A reader whose stream is cancelled gets `done`.
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  outgoing.once('close', cancel);
  if (outgoing.destroyed) cancel();
  // Whoever waits for events sees at once that there is a stream, though it may be silent for long.
  outgoing.flushHeaders();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (!outgoing.write(next.value)) await taken(outgoing);
  }
  outgoing.off('close', cancel);
  outgoing.end();
}

/** Resolves when there is room again, or never will be. */
function taken(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    if (outgoing.destroyed) resolve();
    else outgoing.on('drain', done).on('close', done);
  });
}
