import { expect, test } from 'vitest';
import { ascii, text } from './bytetext.ts';
import { Fault } from './fault.ts';
import { line } from './line.ts';
import type { Channel } from './link.ts';
import { memoryLine } from './memory-link.ts';
import { persistent, type ConnectionState, type PersistentOptions } from './reconnect.ts';
import { virtualClock } from './virtual-clock.ts';

const never = new AbortController().signal;

/** `random` of one half: a wait without jitter. */
const middle = (): number => 0.5;

function world(options: PersistentOptions & { readonly refuse?: string } = {}) {
  const clock = virtualClock();
  const wire = memoryLine(clock, { name: 'memory:test' });
  wire.refuse(options.refuse);
  const connection = persistent(wire.link, line(9600), clock, { random: middle, ...options });
  const states: string[] = [];
  connection.onState((state) => states.push(tell(state)));
  return { clock, wire, connection, states };
}

function tell(state: ConnectionState): string {
  const next = state.kind === 'lost' ? ` next ${state.nextAttempt}` : '';
  return `${state.since} ${state.kind}${next}`;
}

async function first(channel: Channel): Promise<string> {
  for await (const chunk of channel.incoming) return text(chunk);
  return 'end';
}

test('gives the open channel, and the same one while it lasts', async () => {
  const { clock, wire, connection } = world();
  const channel = await clock.run(connection.channel(never));
  expect(await clock.run(connection.channel(never))).toBe(channel);
  await wire.far.write(ascii('hello'));
  expect(await clock.run(first(channel))).toBe('hello');
  await connection.close();
  expect([connection.state.kind, wire.connected, clock.pending]).toEqual(['closed', false, 0]);
});

test('backs off 0.5, 1, 2, 4, 8, 16, 30, 30 s while refused, and connects when it may', async () => {
  const { clock, wire, connection, states } = world({ refuse: 'nobody home' });
  connection.renew('makes nothing happen without a channel');
  await clock.advance(90_000);
  const lost = states.filter((state) => state.includes('lost'));
  expect(lost).toEqual([
    '0 lost next 500',
    '500 lost next 1500',
    '1500 lost next 3500',
    '3500 lost next 7500',
    '7500 lost next 15500',
    '15500 lost next 31500',
    '31500 lost next 61500',
    '61500 lost next 91500',
  ]);
  expect(connection.state).toMatchObject({ kind: 'lost', fault: { message: 'memory:test: nobody home' } });
  wire.refuse(undefined);
  await clock.run(connection.channel(never));
  expect(clock.now()).toBe(91_500);
  await connection.close();
});

test('jitter moves a wait by at most a quarter', async () => {
  for (const [random, next] of [
    [0, 375],
    [0.999999, 625],
  ] as const) {
    const { clock, connection } = world({ random: () => random, refuse: 'no' });
    await clock.advance(0);
    const { state } = connection;
    expect(state.kind === 'lost' ? Math.round(state.nextAttempt) : state.kind).toBe(next);
    await connection.close();
  }
});

test('a loss is noticed while nobody reads; short channels keep the back-off growing, a good one resets it', async () => {
  const { clock, wire, connection, states } = world();
  await clock.advance(0);
  wire.cut('unplugged');
  await clock.advance(500); // open again at 500
  wire.cut('unplugged');
  await clock.advance(1000); // open again at 1500
  await clock.advance(10_000); // lasts: good
  wire.cut('unplugged');
  await clock.advance(0);
  expect(states.filter((state) => state.includes('lost'))).toEqual([
    '0 lost next 500',
    '500 lost next 1500',
    '11500 lost next 12000',
  ]);
  await connection.close();
});

test('renew after a good stretch dials at once, right after a connect only after the wait', async () => {
  const { clock, wire, connection } = world();
  const old = await clock.run(connection.channel(never));
  await clock.advance(10_000);
  connection.renew('silent');
  const fresh = await clock.run(connection.channel(never));
  expect([clock.now(), wire.connects, fresh === old]).toEqual([10_000, 2, false]);
  await expect(old.write(ascii('x'))).rejects.toThrow('made anew: silent');
  await expect(clock.run(first(old))).rejects.toThrow('made anew: silent');
  connection.renew('silent still');
  await clock.run(connection.channel(never));
  expect([clock.now(), wire.connects]).toEqual([10_500, 3]);
  await connection.close();
});

test('a write that fails tells that the channel is dead', async () => {
  const clock = virtualClock();
  const dead: Channel = {
    peer: 'dead',
    incoming: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) },
    write: () => Promise.reject(new Fault('link', 'broken pipe')),
    close: () => Promise.resolve(),
  };
  const link = { name: 'dead', latency: 0, gap: 0, renewable: false, connect: () => Promise.resolve(dead) };
  const connection = persistent(link, line(9600), clock);
  const channel = await clock.run(connection.channel(never));
  await expect(channel.write(ascii('x'))).rejects.toThrow('broken pipe');
  await clock.advance(0);
  expect(connection.state).toMatchObject({ kind: 'lost', fault: { message: 'broken pipe' } });
  await connection.close();
});

test('waiting ends on abort with `cancelled` and on close with `link`; both leave nothing behind', async () => {
  const { clock, connection } = world({ refuse: 'no' });
  const stop = new AbortController();
  const cancelled = connection.channel(stop.signal);
  const closed = connection.channel(never);
  stop.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  await clock.advance(0);
  await Promise.all([
    connection.close(),
    connection.close(),
    expect(closed).rejects.toMatchObject({ code: 'link' }),
  ]);
  await expect(connection.channel(never)).rejects.toMatchObject({ code: 'link' });
  expect([connection.state.kind, clock.pending]).toEqual(['closed', 0]);
});

test('closing the connection ends the reader without a fault', async () => {
  const { clock, connection } = world();
  const channel = await clock.run(connection.channel(never));
  const reading = first(channel);
  await connection.close();
  expect(await reading).toBe('end');
});
