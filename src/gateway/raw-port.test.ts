import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openBus } from '../core/bus/bus.ts';
import { memoryLine } from '../core/memory-link.ts';
import { place, poll } from '../core/read.ts';
import type { Logger } from '../core/site/index.ts';
import kg from '../devices/juntek/kg.ts';
import { systemClock } from '../node/clock-node.ts';
import { site } from '../simulator/index.ts';
import { openRawPort } from './raw-port.ts';

const closing: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A simulated shunt behind a bus, and a port beside it. */
async function world(writes: boolean) {
  const line = memoryLine(systemClock, { line: kg.line });
  const simulated = site({ clock: systemClock, devices: [{ device: kg }], seed: 1 });
  const served = simulated.serve(line.far);
  const bus = openBus(line.link, kg.line, systemClock);
  const warnings: string[] = [];
  const silent = (): void => undefined;
  const log: Logger = { debug: silent, info: silent, warn: (text) => warnings.push(text), error: silent };
  const port = await openRawPort({
    listen: { host: '127.0.0.1', port: 0 },
    writes,
    bus,
    devices: () => [kg],
    log,
  });
  closing.push(async () => {
    simulated.stop();
    await port.close();
    await bus.close();
    await line.far.close();
    await served;
  });
  return { bus, port, warnings };
}

/** Sends a text and returns what comes within so many milliseconds. */
async function client(
  listening: string,
): Promise<{ say: (text: string, wait: number) => Promise<string>; socket: Socket }> {
  const [host = '', port] = listening.split(':');
  const socket = connect(Number(port), host);
  await new Promise((resolve) => socket.once('connect', resolve));
  closing.push(() => {
    socket.destroy();
    return undefined;
  });
  let heard = '';
  socket.on('data', (bytes) => (heard += bytes.toString('latin1')));
  return {
    socket,
    say: async (text, wait) => {
      heard = '';
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, wait));
      return heard;
    },
  };
}

describe('the port for foreign programs', () => {
  it('passes what reads, between our own polls', async () => {
    const { bus, port } = await world(false);
    const foreign = await client(port.listening);
    const [answer, reading] = await Promise.all([
      foreign.say(':R50=1,2,1,\r\n', 700),
      poll(place(bus, kg), kg.groups),
    ]);
    expect(answer).toMatch(/^:r50=1,\d+,[\d,]+\r\n$/);
    expect(reading.faults).toEqual({});
    expect(port.counts).toEqual({ passed: 1, refused: 0 });
  });

  it('refuses what writes, and says who wanted it', async () => {
    const { port, warnings } = await world(false);
    const foreign = await client(port.listening);
    expect(await foreign.say(':W10=1,0,0,\r\n', 400)).toBe('');
    expect(port.counts).toEqual({ passed: 0, refused: 1 });
    expect(warnings[0]).toMatch(/^127\.0\.0\.1:\d+ wanted to send ":W10=1,0,0,\\r\\n"/);
  });

  it('passes writes where the owner allows them', async () => {
    const { port } = await world(true);
    const foreign = await client(port.listening);
    expect(await foreign.say(':W10=1,0,0,\r\n', 700)).toMatch(/^:w10=1,/);
  });

  it('ends a client that floods it', async () => {
    const { port, warnings } = await world(true);
    const foreign = await client(port.listening);
    const closed = new Promise((resolve) => foreign.socket.once('close', resolve));
    foreign.socket.write('x'.repeat(5_000));
    await closed;
    expect(warnings[0]).toContain('without a pause');
  });
});
