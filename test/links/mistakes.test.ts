import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openBus } from '../../src/core/bus/bus.ts';
import type { Exchange } from '../../src/core/exchange.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { openLink } from '../../src/node/parse-link.ts';
import { frame, job, LINE, question } from '../core/bus-world.ts';

/** Everything below is called from a socket's own handlers: an error that got there would end the process. */
test('watchers and decoders that throw stop neither the bus nor the process', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.write(frame('a!volts')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const notices: string[] = [];
  let watched = 0;
  const bus = openBus(openLink(`tcp://127.0.0.1:${port}`), LINE, systemClock, {
    onNotice: (text) => {
      notices.push(text);
      throw new TypeError('a mistake of who keeps the log');
    },
    onBytes: () => {
      watched++;
      throw new TypeError('a mistake of who watches');
    },
  });
  const decoder = function* (): Exchange<string> {
    yield* question('a');
    throw new TypeError('a mistake of the decoder');
  };
  // vitest fails the run for an error that nobody catches.
  await expect(bus.run(job('a', { exchange: decoder }))).rejects.toThrow('a mistake of the decoder');
  expect(await bus.run(job('a'))).toBe('a!volts');
  expect(watched).toBe(1);
  expect(notices).toContain('who watches the bytes is told no more: a mistake of who watches');
  await bus.close();
  server.close();
});
