import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from './mosquitto.ts';

/** An HTTP server of the test's own that stands in for a receiver, and can be struck as one. */
export interface StandIn {
  readonly url: string;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Answers nobody until it thaws. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/** Starts one. */
export async function standIn(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<StandIn> {
  const port = await freePort();
  let server: Server | undefined;
  let held: (() => void)[] | undefined;
  const start = async (): Promise<void> => {
    const made = createServer((request, response) => {
      if (held === undefined) answer(request, response);
      else held.push(() => answer(request, response));
    });
    server = made;
    await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
  };
  const thaw = (): void => {
    const waiting = held ?? [];
    held = undefined;
    for (const one of waiting) one();
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    kill: async () => {
      const running = server;
      server = undefined;
      held = undefined;
      if (running === undefined) return;
      const closed = new Promise((resolve) => running.close(resolve));
      running.closeAllConnections();
      await closed;
    },
    freeze: () => void (held ??= []),
    thaw,
  };
}
