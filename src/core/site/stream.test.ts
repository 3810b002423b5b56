import { expect, test } from 'vitest';
import { parseStreamMessage, streamKey, streamMessage } from './stream.ts';

const source = { site: 'home', gateway: 'g1', boot: 'b1' };
const at = Date.UTC(2026, 10, 21, 4, 15, 0, 123);
const snapshot = {
  device: 'shunt',
  group: 'measured',
  at,
  values: { voltage: 13.2, soc: null },
  kind: 'live',
} as const;
const entry = { what: 'snapshot', sequence: 42, snapshot } as const;

test('a message says everything that a consumer needs', () => {
  const message = streamMessage(entry, source, 'SN1');
  expect(JSON.parse(JSON.stringify(message))).toEqual({
    schema: 1,
    site: 'home',
    gateway: 'g1',
    boot: 'b1',
    seq: 42,
    device: 'shunt',
    serial_number: 'SN1',
    group: 'measured',
    at: '2026-11-21T04:15:00.123Z',
    kind: 'live',
    quality: 'good',
    values: { voltage: 13.2, soc: null },
  });
  expect(streamKey(message)).toBe('g1/42');
  expect(parseStreamMessage(JSON.stringify(message))).toEqual(message);
});

test('a reading from before the clock was set says so; an archive tells the time of its device', () => {
  const early = { ...snapshot, at: Date.UTC(1970, 0, 1, 0, 5) };
  expect(streamMessage({ ...entry, snapshot: early }, source, undefined).quality).toBe('clock_unsynced');
  expect(
    streamMessage({ ...entry, snapshot: { ...early, kind: 'archive' } }, source, undefined).quality,
  ).toBe('good');
});

test.each([
  ['', /no JSON/],
  ['[]', /no JSON object/],
  ['{"schema":2}', /schema 2: this program knows 1/],
  [{ seq: 1.5 }, /'seq' of a stream message is 1.5: expected a whole number/],
  [{ at: 'noon' }, /'at' of a stream message is "noon"/],
  [{ values: [] }, /'values' of a stream message is \[\]: expected an object/],
  [{ device: '' }, /'device' of a stream message is "": expected a text/],
  [{ kind: 'dead' }, /'kind'/],
  [{ quality: 'bad' }, /'quality'/],
])('refuses %j', (given, says) => {
  const text =
    typeof given === 'string'
      ? given
      : JSON.stringify({ ...streamMessage(entry, source, undefined), ...given });
  expect(() => parseStreamMessage(text)).toThrow(says);
});
