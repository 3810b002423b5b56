import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frame, job, notes, question, world } from '../../../test/core/bus-world.ts';
import { ascii } from '../bytetext.ts';
import { ask, type Exchange } from '../exchange.ts';
import type { Framing } from '../framing.ts';
import { echoFilter } from './echo.ts';

const SENT = ':R50=1,2,1,\r\n';

/** What passes the filter, release included. */
function passed(pieces: readonly string[], echoing = false, sent = SENT): { out: string; found: boolean } {
  const filter = echoFilter(latin(sent), echoing);
  let out = '';
  for (const piece of pieces) out += plain(filter.pass(latin(piece)));
  const found = filter.found;
  out += plain(filter.release());
  return { out, found };
}

const latin = (written: string): Uint8Array =>
  Uint8Array.from(written, (character) => character.charCodeAt(0));
const plain = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

describe('the filter takes our own request out', () => {
  test.each([
    ['whole', [SENT, ':r50=1,']],
    ['glued to the answer', [`${SENT}:r50=1,`]],
    ['in two pieces', [SENT.slice(0, 4), `${SENT.slice(4)}:r50=1,`]],
    ['in single characters', [...SENT.split(''), ':r50=1,']],
  ])('%s', (_, pieces) => {
    expect(passed(pieces)).toEqual({ out: ':r50=1,', found: true });
  });

  test('behind noise, cut anywhere but behind its first character, and keeps the noise', () => {
    const noise = fc
      .array(fc.constantFrom('\xff', '\x00', 'R'), { maxLength: 16 })
      .map((drawn) => drawn.join(''));
    fc.assert(
      fc.property(noise, fc.array(fc.nat(40), { maxLength: 3 }), (before, cuts) => {
        const all = `${before}${SENT}:r50=1,`;
        const places = [0, ...cuts.toSorted((one, other) => one - other), all.length];
        // A single character of it in one chunk with noise is taken for chance; the framing finds that echo.
        fc.pre(before === '' || !cuts.includes(before.length + 1));
        const pieces = places.slice(1).map((to, index) => all.slice(places[index], to));
        expect(passed(pieces)).toEqual({ out: `${before}:r50=1,`, found: true });
      }),
      { numRuns: 500 },
    );
  });

  test('once: the second time it is somebody else, or an answer', () => {
    expect(passed([SENT, SENT])).toEqual({ out: SENT, found: true });
  });

  test('not behind more noise than a driver makes', () => {
    expect(passed(['\xff'.repeat(17) + SENT]).found).toBe(false);
    expect(passed(['\xff'.repeat(9), '\xff'.repeat(8), SENT]).found).toBe(false);
  });
});

describe('the filter passes everything else on', () => {
  test('whatever it is and however it is cut, in order and without loss', () => {
    const bytes = fc.array(fc.constantFrom(...':R50=1,r\r\n\xff'.split('')), { maxLength: 30 });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(30), { maxLength: 4 }), (drawn, cuts) => {
        const all = drawn.join('');
        const places = [0, ...cuts.toSorted((one, other) => one - other), all.length];
        const { out, found } = passed(places.slice(1).map((to, index) => all.slice(places[index], to)));
        expect(out).toBe(found ? all.replace(SENT, '') : all);
      }),
      { numRuns: 500 },
    );
  });

  test('what it held, when the line goes quiet; what comes then is no echo any more', () => {
    const filter = echoFilter(latin(SENT), false);
    expect(plain(filter.pass(latin(':R50')))).toBe('');
    expect(plain(filter.release())).toBe(':R50');
    expect(plain(filter.pass(latin(SENT)))).toBe(SENT);
  });

  test('at once when only its last character is as the request begins: an answer must not wait for that', () => {
    const filter = echoFilter(latin(SENT), false);
    expect(plain(filter.pass(latin('an answer:')))).toBe('an answer:');
  });

  test('at once as soon as it differs from the request', () => {
    const filter = echoFilter(latin(SENT), false);
    expect(plain(filter.pass(latin(':')))).toBe(''); // may be the echo
    expect(plain(filter.pass(latin('r')))).toBe(':r'); // is not
    expect(plain(filter.pass(latin('50=')))).toBe('50=');
  });
});

describe('a request of less than four characters', () => {
  test('is not looked for on a line that never echoed: ACK may be answered by ACK', () => {
    expect(passed(['\x06'], false, '\x06')).toEqual({ out: '\x06', found: false });
    expect(passed(['\x06\x15\x06'], false, '\x06\x15\x06').found).toBe(false);
  });

  test('is taken out on a line that echoes, at the very beginning only', () => {
    expect(passed(['\x06', '\x06'], true, '\x06')).toEqual({ out: '\x06', found: true });
    expect(passed(['\x15\x06'], true, '\x06')).toEqual({ out: '\x15\x06', found: false });
  });

  test('of nothing has no echo', () => {
    expect(passed(['abc'], true, '')).toEqual({ out: 'abc', found: false });
  });
});

describe('on a bus whose adapter hears itself', () => {
  /** A line that gives everything back, whole or in pieces, and then its answer. */
  function echoing(pieces: (request: string) => readonly string[]): ReturnType<typeof world> {
    const w = world();
    w.onFrame = (body) => {
      const all = [...pieces(frame(body)), frame(body.replace('?', '!'))];
      for (const [index, piece] of all.entries()) w.say(piece, 1 + index * 2);
    };
    return w;
  }

  test.each([
    ['whole', (request: string) => [request]],
    ['in pieces', (request: string) => request.match(/.{1,5}/g) ?? []],
    ['behind noise', (request: string) => ['\xff\x00', request]],
    ['behind noise in one chunk, then its rest', (r: string) => [`\xff${r.slice(0, 6)}`, r.slice(6)]],
    ['behind noise and its first character', (r: string) => [`\xff${r.slice(0, 1)}`, r.slice(1)]],
  ] as const)('the answer is taken, and the echo is not, %s', async (_, pieces) => {
    const w = echoing(pieces);
    expect(await w.clock.run(w.bus.run(job('a')))).toBe('a!volts');
    expect(w.bus.health()).toMatchObject({ frames: 1, echoes: 1, foreign: 0, bad: 0 });
    expect(await w.close()).toBe(true);
  });

  test('an answer that is the request once more is heard behind the echo', async () => {
    const w = world();
    w.onFrame = (body) => w.say(frame(body) + frame(body), 1);
    const parrot = (): Exchange<string> =>
      ask({ what: 'a', bytes: ascii(frame('a?volts')), framing: notes, accept: () => 'take' });
    expect(await w.clock.run(w.bus.run(job('a', { exchange: parrot })))).toBe('a?volts');
    expect(w.bus.health()).toMatchObject({ frames: 1, echoes: 1 });
    expect(await w.close()).toBe(true);
  });

  test('an echo is not the answer: a silent device is silent, and its fault shows no echo', async () => {
    const w = world();
    w.onFrame = (body) => w.say(frame(body), 1);
    const fault = await w.outcome(w.bus.run(job('a', { timing: { attempts: 1 } })));
    expect(fault).toMatchObject({ code: 'timeout', evidence: { receivedBytes: 0, others: [] } });
    expect(await w.close()).toBe(true);
  });

  /** Single bytes, as IEC 62056-21 acknowledges. */
  const single: Framing<number> = {
    longest: 1,
    scan: (bytes, start) => ({ got: 'frame', frame: bytes[start] ?? 0, used: 1 }),
  };
  function* handshake(): Exchange<number> {
    const step = { what: 'ACK', framing: single, accept: () => 'take' as const, timeout: 50 };
    return (yield { do: 'ask', bytes: latin('\x06'), ...step }) as number; // what the framing gave
  }

  test('the echo of one byte is known for one once a longer one was seen', async () => {
    const w = world();
    // The far side echoes everything and answers ACK with NAK.
    w.onFrame = (body) => w.say(frame(body) + frame(body.replace('?', '!')), 1);
    const both = function* (): Exchange<string> {
      const answer = yield* question('a');
      w.say('\x06', 60); // the echo of our ACK, then the answer to it
      w.say('\x15', 65);
      const code = yield* handshake();
      return `${answer} ${code}`;
    };
    expect(await w.clock.run(w.bus.run(job('a', { exchange: both })))).toBe('a!volts 21');
    expect(await w.close()).toBe(true);
  });

  test('one byte that comes back on a line never known to echo is an answer', async () => {
    const w = world();
    w.say('\x06', 30);
    expect(await w.clock.run(w.bus.run({ device: 'a', rank: 'live', exchange: handshake }))).toBe(6);
    expect(await w.close()).toBe(true);
  });

  test('a new connection has to be known anew', async () => {
    const w = world();
    w.onFrame = (body) => w.say(frame(body) + frame(body.replace('?', '!')), 1);
    expect(await w.clock.run(w.bus.run(job('a')))).toBe('a!volts');
    w.wire.cut();
    await w.clock.advance(2_000);
    w.say('\x06', 30);
    expect(await w.clock.run(w.bus.run({ device: 'a', rank: 'live', exchange: handshake }))).toBe(6);
    expect(await w.close()).toBe(true);
  });
});

test('what was said without a question is not asked back: its echo is no answer to the next question', async () => {
  const w = world();
  w.devices.set('a', 10);
  const talk = function* (): Exchange<string> {
    yield { do: 'say', bytes: ascii(frame('all:on')) };
    w.say(frame('all:on'), 1);
    return yield* question('a');
  };
  expect(await w.clock.run(w.bus.run(job('a', { exchange: talk })))).toBe('a!volts');
  expect(w.bus.health()).toMatchObject({ staleBytes: frame('all:on').length, foreign: 0 });
  expect(await w.close()).toBe(true);
});
