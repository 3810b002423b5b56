import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ADDRESSED, ENERGOMERA, OPTICAL, OPTICAL_READS, RS485, YTL } from '../../test/iec62056/captures.ts';
import { played, type Turn } from '../../test/iec62056/played.ts';
import { wired } from '../../test/iec62056/wired.ts';
import { bytesOfText, hex } from '../core/bytetext.ts';
import type { Exchange } from '../core/exchange.ts';
import { withEvenParity } from '../core/parity.ts';
import { commandBytes, dataBytes } from './message.ts';
import { meter } from './meter.ts';
import type { ReaderOptions } from './options.ts';
import { readout } from './readout.ts';
import { programming } from './session.ts';

const BREAK = '01 42 30 03 71';
const FIXED: ReaderOptions = {
  baud: { policy: 'fixed', baud: 9600 },
  credentials: { level: 'P1', password: '00000000' },
};
const READ = hex(commandBytes('R1', '0F0880FF()', 'xor'));
const ANSWER = hex(dataBytes('0F0880FF(008030.59)', 'xor'));
const OPENED = RS485.slice(0, 3);

function reading(options: ReaderOptions = FIXED, address = '0F0880FF'): () => Exchange<string> {
  return () =>
    programming(options, function* (session) {
      return (yield* session.read(address)).text;
    });
}

describe('a damaged answer is asked for again by NAK', () => {
  const spoilt = bytesOfText(ANSWER);
  spoilt[12] = 0x31;

  test.each([
    ['with a wrong block check', spoilt],
    ['cut by a converter', bytesOfText(ANSWER).slice(0, 9)],
    ['without its beginning', bytesOfText(ANSWER).slice(3)],
    [
      'with a character of bad parity',
      bytesOfText(ANSWER).map((byte, index) => (index === 4 ? byte | 0x80 : byte)),
    ],
    ['without its block check', bytesOfText(ANSWER).slice(0, -1)],
  ])('%s', async (_what, say) => {
    const out = await played(reading(), [...OPENED, { hear: READ, say }, { hear: '15', say: ANSWER }]);
    expect(out.fault).toBeUndefined();
    expect(out.result).toBe('0F0880FF(008030.59)');
  });

  test('and given up after two', async () => {
    const out = await played(reading({ ...FIXED, check: 'xor' }), [
      ...OPENED,
      { hear: READ, say: spoilt },
      { hear: '15', say: spoilt },
      { hear: '15', say: spoilt },
      { hear: '15', say: ANSWER },
    ]);
    expect(out.fault).toMatchObject({ code: 'checksum' });
    expect(out.said.slice(-3)).toEqual(['15', '15', BREAK]);
  });
});

describe('silence has an end', () => {
  test('at the sign-on: the break is sent at both rates', async () => {
    const out = await played(reading({ ...FIXED, baud: { policy: 'negotiate' } }), []);
    expect(out.fault).toMatchObject({ code: 'timeout' });
    expect(out.fault?.hint).toMatch(/optical heads begin at 300/);
    expect(out.said).toEqual(['2F 3F 21 0D 0A', BREAK, BREAK]);
    expect(out.lines).toEqual(['300 7E1', '300 7E1', '9600 7E1']);
  });

  test('at the sign-on, when searching: nothing more is sent', async () => {
    const out = await played(reading({ ...FIXED, breakAfterSilence: false }), []);
    expect(out.said).toEqual(['2F 3F 21 0D 0A']);
  });

  test('of a foreign address', async () => {
    const out = await played(reading({ ...FIXED, address: '42' }), []);
    expect(out.fault?.hint).toMatch(/silent to an address that is not its own/);
  });

  test.each([
    [1, 'timeout'],
    [2, 'refused'], // the password is unanswered: it must not be said again
    [3, 'timeout'],
  ])('behind turn %i', async (turns, code) => {
    const out = await played(reading(), RS485.slice(0, turns));
    expect(out.fault).toMatchObject({ code });
    expect(out.said.at(-1)).toBe(BREAK);
    expect(out.took).toBeLessThan(5_000);
  });

  test('several start rates are tried in turn', async () => {
    const [first, ...others] = OPTICAL;
    if (first === undefined) throw new Error('no capture');
    const out = await played(
      reading({ ...FIXED, baud: { policy: 'negotiate', start: [9600, 300] } }, '000902FF'),
      [{ hear: first.hear }, first, ...others],
    );
    expect(out.result).toBe('000902FF(020528)');
    expect(out.lines.slice(0, 4)).toEqual(['9600 7E1', '300 7E1', '300 7E1', '9600 7E1']);
  });
});

describe('the end is a break', () => {
  test('also when the work throws', async () => {
    const out = await played(
      () =>
        // eslint-disable-next-line require-yield -- work that fails before it asks anything
        programming(FIXED, function* (): Exchange<string> {
          throw new Error('of the caller');
        }),
      OPENED,
    ).catch((error: unknown) => error);
    expect(out).toMatchObject({ message: 'of the caller' });
  });

  // 200 ms before the sign-on, then while waiting for P0, in the session, and while an answer is due.
  test.each([300, 700, 1_100, 1_300])('also when cancelled after %i ms', async (cancelAfter) => {
    const out = await played(
      () =>
        programming(FIXED, function* (session) {
          yield* session.read('600104FF');
          yield { do: 'quiet', milliseconds: 10_000 };
          return '';
        }),
      RS485,
      { cancelAfter },
    );
    expect(out.fault).toMatchObject({ code: 'cancelled' });
    expect(out.said.at(-1)).toBe(BREAK);
    expect(out.took).toBeLessThan(cancelAfter + 50);
  });
});

describe('behind the change of the baud rate', () => {
  const [signOn, select, ...rest] = OPTICAL;
  if (signOn === undefined || select === undefined) throw new Error('no capture');
  const p0 = bytesOfText(String(select.say));

  test.each([
    ['the first character is lost', p0.slice(1)],
    ['garbage comes first', Uint8Array.of(0xe3, 0x80, ...p0)],
    ['garbage comes in place of the first character', Uint8Array.of(0xe3, 0x80, ...p0.slice(1))],
    ['NULs come first', Uint8Array.of(0, 0, ...p0)],
  ])('%s', async (_what, say) => {
    const out = await played(reading({ credentials: FIXED.credentials ?? { level: 'none' } }, '000902FF'), [
      signOn,
      { ...select, say },
      ...rest,
    ]);
    expect(out.result).toBe('000902FF(020528)');
  });

  test('a list may lose its STX', async () => {
    const list = dataBytes('1-0:1.8.0(010192.57*kWh)\r\n!\r\n', 'xor');
    const out = await played(
      () => readout(),
      [signOn, { hear: '06 30 35 30 0D 0A', say: Uint8Array.of(0x80, ...list.slice(1)) }],
    );
    expect(out.result?.text).toBe('1-0:1.8.0(010192.57*kWh)\r\n');
  });
});

describe('a port of the wrong format', () => {
  test('is named when the parity bit is still on', async () => {
    const [signOn] = RS485;
    const say = withEvenParity(bytesOfText(String(signOn?.say)));
    const out = await played(reading(), [{ hear: '2F 3F 21 0D 0A', say }]);
    expect(out.fault).toMatchObject({ code: 'timeout' });
    expect(out.fault?.hint).toMatch(/8N1.*7E1/);
  });
});

describe('any noise', () => {
  const captures: readonly (readonly [ReaderOptions, string, readonly Turn[]])[] = [
    [FIXED, '600104FF', RS485],
    [{ ...FIXED, address: '00000201' }, '100700FF', ADDRESSED],
    [
      { ...FIXED, address: '141628345', credentials: { level: 'P1', password: '777777' } },
      'CURRE',
      ENERGOMERA,
    ],
    [{ ...FIXED, baud: { policy: 'negotiate', start: 9600 } }, '00000034', YTL],
    [{ credentials: { level: 'P1', password: '00000000' } }, OPTICAL_READS[0], OPTICAL],
  ];

  test('in place of any answer ends in a reading or a fault, in time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...captures),
        fc.integer({ min: 0, max: 3 }),
        fc.uint8Array({ maxLength: 40 }),
        async ([options, address, turns], at, say) => {
          const bent = turns.map((turn, index) => (index === at ? { ...turn, say } : turn));
          const out = await played(reading(options, address), bent);
          expect(out.result !== undefined || out.fault !== undefined).toBe(true);
          expect(out.took).toBeLessThan(60_000);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('one flipped bit anywhere gives the same reading or a fault', async () => {
    const good = await played(reading(FIXED, '600104FF'), RS485);
    const answer = bytesOfText(String(RS485[3]?.say));
    for (let bit = 0; bit < answer.length * 8; bit++) {
      const say = answer.slice();
      say[bit >> 3] = (say[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const out = await played(reading(FIXED, '600104FF'), [
        ...OPENED,
        { ...RS485[3], hear: RS485[3]?.hear ?? '', say },
      ]);
      if (out.fault === undefined) expect(out.result).toEqual(good.result);
    }
  });

  test('a meter that hears anything never throws and never talks for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 20 }), (chunks) => {
        const played = meter({ identification: 'ABC5TEST', list: () => '1.8.0(1)\r\n' });
        for (const [index, chunk] of chunks.entries()) {
          expect(played.hear(chunk, index * 100).length).toBeLessThanOrEqual(2 * chunk.length);
        }
      }),
    );
  });

  test('between reader and meter ends in a reading or a fault', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat({ max: 255 })),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        async (dice, rate) => {
          const roll = (): number => Number(dice.next().value);
          const mangle = ({ bytes }: { readonly bytes: Uint8Array }): Uint8Array =>
            bytes.map((byte) => (roll() < rate * 256 ? roll() : byte));
          const out = await wired(
            () => programming({}, (session) => session.read('1.8.0')),
            meter({ identification: 'ABC5TEST', openReading: true, get: () => '000123.45*kWh' }),
            { mangle },
          );
          expect(out.pending).toBe(0);
          expect(out.fault !== undefined || out.result !== undefined).toBe(true);
          if (out.transcript.at(-1) !== undefined && out.fault?.code !== 'refused') {
            expect(out.transcript.at(-1)).toMatch(/^> 01 42 30 03 /);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
