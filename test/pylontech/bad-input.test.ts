import { describe, expect, test } from 'vitest';
import { ascii, bytesOfText, text } from '../../src/core/bytetext.ts';
import { numberIn } from '../../src/core/field.ts';
import type { Inspected } from '../../src/core/inspect.ts';
import { listIn, type Values } from '../../src/core/snapshot.ts';
import { recordsIn } from '../../src/core/units.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { frameBytes, RETURN_CODES } from '../../src/ydt1363/index.ts';
import { converse } from '../every-device/converse.ts';

/** Answers that are wrong, or stand in something wrong; each is read right or refused by name. */

/** A US5000 (issue 9 of Tomcat42/pylontech-python): 94.905 of 100 Ah, 20.1 A. */
const GOOD =
  '~20024600F07A00020F0D170D140D150D150D180D170D140D150D150D180D170D140D150D150D18' +
  '050C0B0BEF0BF00BED0C0B00C9C447FFFF04FFFF00120172B90186A0E2D1\r';

const group = (name: string) => {
  const found = pylontech.groups.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no group ${name}`);
  return found;
};

/** What reading pack 2 brings when these bytes come back: its charge, or the fault. */
const read = (...chunks: readonly (string | Uint8Array)[]): string => {
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? ascii(chunk) : chunk));
  const outcome = converse(group('analog').read(2), (sent) => (sent === undefined ? [] : bytes));
  if ('fault' in outcome) return `${outcome.fault.code}: ${outcome.fault.message}`;
  const [pack] = recordsIn(outcome.value, 'packs');
  return `${numberIn(pack, 'remaining_capacity') ?? 'unknown'} of ${numberIn(pack, 'full_capacity') ?? 'unknown'} Ah`;
};
const RIGHT = '94.905 of 100 Ah';

const infoOf = (plain: string): number[] => [...bytesOfText(plain.slice(13, -5).replaceAll(/(..)/g, '$1 '))];
const answer = (info: readonly number[], adr = 2): Uint8Array =>
  frameBytes({ ver: 0x20, adr, cid1: 0x46, code: 0, info: Uint8Array.from(info) });

const decoded = (...frames: readonly Uint8Array[]): Inspected[] => {
  const inspector = pylontech.inspector();
  return [...frames.flatMap((frame) => inspector.push(frame)), ...inspector.flush()];
};

describe('around a good answer', () => {
  test.each([
    [
      'noise of an open line, as issue 2 of python-pylontech has it',
      bytesOfText('F0 FF FF FF FF BF FF F7 F7 1F'),
      GOOD,
    ],
    ['NULs in front', Uint8Array.of(0, 0, 0, 0), GOOD],
    ['a NUL behind CR', GOOD, Uint8Array.of(0)],
    ['the tail of another answer', '110F0D45E1A2\r', GOOD],
    ['half an answer, glued to it', GOOD.slice(0, 60), GOOD],
    ['a whole one without its CR, glued to it', GOOD.slice(0, -1), GOOD],
    ['the echo of the question', '~20024642E00202FD33\r', GOOD],
    ["another master's question and the answer to it", '~20034642E00203FD31\r~200346040000FDAD\r', GOOD],
    [
      'an answer of another pack',
      answer([...infoOf(GOOD).slice(0, 1), 3, ...infoOf(GOOD).slice(2)], 3),
      GOOD,
    ],
  ])('%s', (_, ...chunks) => {
    expect(read(...chunks)).toBe(RIGHT);
  });

  test('lower-case digits', () => {
    const info = GOOD.slice(13, -5).toLowerCase();
    expect(read(frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code: 0, info }))).toBe(RIGHT);
    const lower = frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code: 0, info: Uint8Array.from(infoOf(GOOD)) });
    // CHKSUM in lower case, which no sum covers
    expect(read(text(lower).slice(0, -6) + 'e2d1\r')).toBe(RIGHT);
  });
});

describe('an answer that is cut', () => {
  test('at any byte is no answer', () => {
    for (let length = 0; length < GOOD.length; length++) {
      expect(read(GOOD.slice(0, length))).toBe('timeout: cells and current of address 2: nothing');
    }
  });

  test('at any byte, with CR behind it, is refused by name', () => {
    for (let length = 1; length < GOOD.length - 1; length++) {
      expect(read(`${GOOD.slice(0, length)}\r`)).toMatch(/^(length|format|checksum): /);
    }
  });
});

describe('an answer that lies', () => {
  const info = infoOf(GOOD);
  /** The same INFO with one byte changed. */
  const changed = (at: number, value: number): number[] =>
    info.map((byte, index) => (index === at ? value : byte));

  test('about the pack', () => {
    expect(read(answer(changed(1, 3)))).toMatch(/format: .* address 2, but speaks of pack 3$/);
  });

  test.each([
    // INFO: flag, command, 15 cells at 3, 5 sensors at 34
    ['200 cells', 2, 200],
    ['no cells', 2, 0],
    ['31 cells', 2, 31],
    ['one cell more', 2, 16],
    ['one cell less', 2, 14],
    ['9 sensors', 33, 9],
    ['255 sensors', 33, 255],
  ])('about counts: %s', (_, at, value) => {
    expect(read(answer(changed(at, value)))).toMatch(/^format: /);
  });

  test('about user-defined items: 4, but nothing follows; the two bytes say FFFF, so charge is unknown', () => {
    // 2 + 31 + 11 bytes of lists, then current, voltage, charge, items, capacity, cycles
    expect(read(answer(info.slice(0, -6)))).toBe('unknown of unknown Ah');
  });

  test('about user-defined items: 2, but six bytes follow, which are kept unexplained', () => {
    const values = converse(group('analog').read(2), () => [answer(changed(2 + 31 + 11 + 6, 2))]);
    const [pack] = 'value' in values ? recordsIn(values.value, 'packs') : [];
    expect(pack).toMatchObject({ user_items: 2, unknown_tail: '0172B90186A0', cycles: 18 });
    expect(pack?.remaining_capacity).toBeUndefined();
  });

  test('about its voltage', () => {
    // C447h is 50.247 V, B447h 46.151 V
    expect(read(answer(changed(2 + 31 + 11 + 2, 0xb4)))).toMatch(
      /format: .*its cells make 50.247 V, but its voltage is 46.151 V$/,
    );
  });

  test('by a sensor that is not there', () => {
    // 1731 is 06C3h
    const frame = answer(
      changed(2 + 31 + 9, 0x06).map((byte, index) => (index === 2 + 31 + 10 ? 0xc3 : byte)),
    );
    const values: Values | undefined = decoded(frame)[0]?.values;
    expect(listIn(recordsIn(values, 'packs')[0], 'temperatures')).toEqual([35.2, 32.4, 32.5, 32.2, null]);
  });
});

test.each([...RETURN_CODES])('RTN %i is a refusal in words', (code, { says }) => {
  const frame = frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code });
  expect(read(frame)).toMatch(
    new RegExp(`^refused: cells and current of address 2: RTN .., ${says.replace(/[()]/g, '.')}$`),
  );
});

test.each([0x08, 0x7f, 0xff])('RTN %i, which no manual lists, is a refusal with its number', (code) => {
  const said = code.toString(16).toUpperCase().padStart(2, '0');
  expect(read(frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code }))).toBe(
    `refused: cells and current of address 2: RTN ${said}, a code that no manual names`,
  );
});

describe('an answer that is not ours', () => {
  const other = (parts: { adr?: number; cid1?: number }): Uint8Array =>
    frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code: 0, info: Uint8Array.from(infoOf(GOOD)), ...parts });

  test('comes from another address: nobody answered', () => {
    expect(read(other({ adr: 3 }))).toMatch(/^timeout: /);
  });

  test('is of another kind of equipment', () => {
    expect(read(other({ cid1: 0x4a }))).toMatch(/^format: .*CID1 4Ah in the answer, 46h expected$/);
  });

  test.each(['~20034642E00203FD31\r', '~20024647E00202FD2E\r', '~201246610000FDAA\r'])(
    "is another master's question: %s",
    (question) => {
      expect(read(question)).toMatch(/^timeout: /);
    },
  );
});

test.each([
  // the last digit of CHKSUM, LCHKSUM, a count of characters that is two short
  ['CHKSUM', GOOD.replace('E2D1', 'E2D2'), /^checksum: .*CHKSUM E2D2, but the frame makes E2D1/],
  ['LCHKSUM', GOOD.replace('00F07A', '00E07A'), /^checksum: .*LCHKSUM E, but LENGTH makes F/],
  ['LENGTH', GOOD.replace('00F07A', '001078'), /^length: .*LENGTH says 120 characters, 122 follow/],
])('a wrong %s is named', (_, frame, words) => {
  expect(read(frame)).toMatch(words);
});

test('several packs in one answer are only believed with their count', () => {
  const one = infoOf(GOOD).slice(2);
  const packsOf = (info: readonly number[]): number =>
    recordsIn(decoded(answer(info))[0]?.values, 'packs').length;
  expect(packsOf([0x11, 2, ...one, ...one])).toBe(2);
  expect(packsOf([0x11, 3, ...one, ...one, ...one])).toBe(3);
  expect(decoded(answer([0x11, 3, ...one, ...one]))[0]?.verdict).toBe('format');
});

test('44h of two packs, each with the byte that the manual does not know', () => {
  const pack = [2, 0, 1, 1, 0, 0, 0, 0, 0x02, 0x0a, 0x40, 0x02, 0x01, 0x77];
  const [found] = decoded(answer([0, 2, ...pack, ...pack]));
  expect(found).toMatchObject({ verdict: 'ok', kind: 'alarms', values: { alarm: true } });
  expect(recordsIn(found?.values, 'packs')[1]).toMatchObject({
    address: 3,
    cell_states: ['normal', 'below_limit'],
    cell_under_voltage: true,
    module_over_voltage: false,
    protections: ['cell_under_voltage'],
    // 0Ah: bits 3 and 1; 40h: bit 6
    states: ['pack_power', 'charge_mosfet', 'effective_discharge'],
    // status 4 bit 1 is cell 2, status 5 bit 0 is cell 9
    cells_in_error: [2, 9],
    unknown_tail: '77',
  });
});
