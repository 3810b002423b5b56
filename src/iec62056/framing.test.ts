import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfText } from '../core/bytetext.ts';
import { scanner } from '../core/framing.ts';
import { type Ear, framing } from './framing.ts';
import {
  breakBytes,
  commandBytes,
  dataBytes,
  identificationBytes,
  identificationOf,
  listBytes,
  type Message,
  optionBytes,
  requestBytes,
} from './message.ts';

/** What an ear finds in bytes, all at once and with the line quiet behind them. */
function found(bytes: Uint8Array | string, ear: Ear = { check: 'xor' }): unknown[] {
  const scan = scanner(framing(ear));
  const raw = typeof bytes === 'string' ? bytesOfText(bytes) : bytes;
  return [...scan.push(raw), ...scan.flush()].map((item) =>
    item.got === 'frame' ? item.frame : item.got === 'bad' ? item.bad.message : item.bytes.length,
  );
}

function joined(...all: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(all.flatMap((bytes) => [...bytes]));
}

describe('messages written', () => {
  // Frames of captures: MT324 on RS485, MT113 optical, CE102M of the wb-mqtt-serial tests.
  test.each([
    ['sign-on', requestBytes(), '2F 3F 21 0D 0A'],
    ['sign-on with address', requestBytes('00000201'), '2F 3F 30 30 30 30 30 32 30 31 21 0D 0A'],
    ['option select', optionBytes('0', '5', '1'), '06 30 35 31 0D 0A'],
    ['P0', commandBytes('P0', '(00000000)', 'xor'), '01 50 30 02 28 30 30 30 30 30 30 30 30 29 03 60'],
    ['P1', commandBytes('P1', '(00000000)', 'xor'), '01 50 31 02 28 30 30 30 30 30 30 30 30 29 03 61'],
    ['P1 empty', commandBytes('P1', '()', 'xor'), '01 50 31 02 28 29 03 61'],
    ['R1', commandBytes('R1', '600104FF()', 'xor'), '01 52 31 02 36 30 30 31 30 34 46 46 28 29 03 60'],
    [
      'R1 with argument',
      commandBytes('R1', '0F0880FF(S)', 'xor'),
      '01 52 31 02 30 46 30 38 38 30 46 46 28 53 29 03 46',
    ],
    ['break', breakBytes('xor'), '01 42 30 03 71'],
    ['break with sum', breakBytes('sum7'), '01 42 30 03 75'],
    ['P1 with sum', commandBytes('P1', '(777777)', 'sum7'), '01 50 31 02 28 37 37 37 37 37 37 29 03 21'],
    ['R1 with sum', commandBytes('R1', 'CURRE()', 'sum7'), '01 52 31 02 43 55 52 52 45 28 29 03 5A'],
    ['error', dataBytes('(00)', 'xor'), '02 28 30 30 29 03 02'],
  ])('%s', (_what, bytes, expected) => {
    expect([...bytes]).toEqual([...bytesOfText(expected)]);
  });

  test.each([
    ['an address with a dot', () => requestBytes('1.8')],
    ['an address of 33', () => requestBytes('0'.repeat(33))],
    ['a command of three', () => commandBytes('R12', '()', 'xor')],
    ['ETX in a value', () => commandBytes('W1', '(\x03)', 'xor')],
    ['a slash in an identification', () => identificationBytes('ABC5X/Y')],
  ])('%s is refused', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'config' }));
  });
});

describe('identification', () => {
  test.each([
    // Iskra and EMR offer mode E; DRS110M has a baud rate character of its own.
    ['TPC5NEVAMT324.2303', 'TPC', '5', '', 'NEVAMT324.2303', 200],
    ['ISK5\\2MT382-1008', 'ISK', '5', '2', 'MT382-1008', 200],
    ['EMR5\\2CE3076.10', 'EMR', '5', '2', 'CE3076.10', 200],
    ['YTL:001511420144', 'YTL', ':', '', '001511420144', 200],
    ['LGz4\\2ZMD4054407.B32', 'LGz', '4', '2', 'ZMD4054407.B32', 20],
    ['ELS0', 'ELS', '0', '', '', 200],
  ])('%s', (text, manufacturer, baud, enhanced, ident, reaction) => {
    const message = { kind: 'identification', manufacturer, baud, enhanced, ident, text, reaction };
    expect(identificationOf(text)).toEqual(message);
    expect(found(identificationBytes(text))).toEqual([message]);
  });

  test('may be longer than the standard allows, but has an end', () => {
    const long = `BYL5${'X'.repeat(60)}`;
    expect(found(identificationBytes(long))).toMatchObject([{ ident: 'X'.repeat(60) }]);
    expect(found(`/BYL5${'X'.repeat(120)}`)).toEqual([125]);
  });
});

describe('the end of a message', () => {
  test.each([
    // Block checks that look like control characters, by arithmetic: 28^30^3n^29^03 = 02^3n^30.
    ['(00)', 0x02],
    ['(02)', 0x00],
    ['(04)', 0x06],
    ['(06)', 0x04],
    ['(01)', 0x03],
  ])('is one character behind ETX: %s has %i', (text, check) => {
    const bytes = dataBytes(text, 'xor');
    expect(bytes.at(-1)).toBe(check);
    const answer = { kind: 'data', text, more: false, fits: ['xor'] };
    expect(found(bytes)).toEqual([answer]);
    // Two in a row: nothing of the first is left for the second.
    expect(found(joined(bytes, bytes, Uint8Array.of(6)))).toEqual([answer, answer, { kind: 'ack' }]);
  });

  test('may look like NAK, CR and LF too', () => {
    // The request for 0F0880FF has 15; the others are searched for among error texts.
    expect(commandBytes('R1', '0F0880FF()', 'xor').at(-1)).toBe(0x15);
    for (const wanted of [0x0a, 0x0d]) {
      const texts = Array.from({ length: 0x5f }, (_, index) => `(0${String.fromCharCode(0x20 + index)})`);
      const text = texts.find((one) => !/[()]\)$/.test(one) && dataBytes(one, 'xor').at(-1) === wanted);
      expect(text).toBeDefined();
      expect(found(dataBytes(text ?? '', 'xor'))).toEqual([
        { kind: 'data', text, more: false, fits: ['xor'] },
      ]);
    }
  });

  test('EOT says that more follows', () => {
    expect(found(dataBytes('P.01(1)', 'xor', true))).toMatchObject([{ text: 'P.01(1)', more: true }]);
  });

  test('a break is one with any block check, and with the empty STX part that some send', () => {
    for (const bytes of ['01 42 30 03 71', '01 42 30 03 75', '01 42 30 02 03 73', '01 42 30 03 00']) {
      expect(found(bytes)).toEqual([{ kind: 'break', type: 'B0' }]);
    }
  });

  test('an R with a flipped bit is no break', () => {
    const flipped = commandBytes('R1', '1.8.0()', 'xor');
    flipped[1] = 0x42; // R is 52, B is 42
    expect(found(flipped)[0]).toMatch(/^block check/);
  });

  test('a bit of eight is named', () => {
    const bytes = dataBytes('(1)', 'xor');
    bytes[2] = 0xb1;
    expect(found(bytes)[0]).toMatch(/character 2 has bit 7 set/);
  });
});

describe('damage', () => {
  test('a wrong block check is told with what it should be', () => {
    expect(found('02 28 30 30 29 03 03')[0]).toBe('block check 03, 02 (xor) expected');
    expect(found('02 28 30 30 29 03 7F', { check: 'auto' })[0]).toBe(
      'block check 7F, 02 (xor) or 34 (sum7) expected',
    );
  });

  test('a message cut by the next one costs nothing of the next', () => {
    const bytes = joined(bytesOfText('02 36 30 30 31'), dataBytes('600104FF(1)', 'xor'));
    expect(found(bytes).at(-1)).toMatchObject({ kind: 'data', text: '600104FF(1)' });
    expect(found(bytes, { check: 'none' }).at(-1)).toMatchObject({ kind: 'data', text: '600104FF(1)' });
  });

  test('without block check any last character is believed', () => {
    expect(found('02 28 30 30 29 03 55', { check: 'none' })).toMatchObject([{ text: '(00)' }]);
  });

  test('the block check 06 of a cut answer is not taken for ACK', () => {
    const scan = scanner(framing({ check: 'xor', firstOnly: true }));
    const cut = [
      ...scan.push(bytesOfText('02 28 30 34 29 03')),
      ...scan.flush(),
      ...scan.push(Uint8Array.of(6)),
    ];
    expect(cut.filter(({ got }) => got === 'frame')).toEqual([]);
    // Without that rule it would be.
    expect(found('28 30 34 29 03 06').at(-1)).toEqual({ kind: 'ack' });
    expect(found('28 30 34 29 03 06', { check: 'xor', firstOnly: true })).toEqual([6]);
    // What a line driver makes in front of an ACK does no harm.
    expect(found('00 FF 06', { check: 'xor', firstOnly: true }).at(-1)).toEqual({ kind: 'ack' });
  });

  test('a message that never ends is given up', () => {
    const endless = Uint8Array.from([2, ...new Uint8Array(300).fill(0x31)]);
    const [first] = found(endless, { check: 'xor', longest: 100 });
    expect(first).toBe('no end within 100 characters');
    expect(scanner(framing({ check: 'xor', longest: 100 })).push(endless)).not.toEqual([]);
  });
});

describe('an ear behind a change of the baud rate', () => {
  test('takes P0 without its SOH', () => {
    const p0 = commandBytes('P0', '(00000000)', 'xor');
    const ear: Ear = { check: 'xor', beheaded: 'command' };
    expect(found(p0.slice(1), ear)).toMatchObject([{ kind: 'command', command: 'P0' }]);
    expect(found(joined(Uint8Array.of(0xe1, 0x80), p0.slice(1)), ear).at(-1)).toMatchObject({
      command: 'P0',
    });
    expect(found(joined(Uint8Array.of(0xe1, 0x80), p0), ear).at(-1)).toMatchObject({ command: 'P0' });
  });

  test('takes a list without its STX, and no piece of a damaged one', () => {
    const list = dataBytes('1.8.0(1*kWh)\r\n!\r\n', 'xor');
    const ear: Ear = { check: 'xor', beheaded: 'data' };
    expect(found(list.slice(1), ear)).toMatchObject([{ kind: 'data', text: '1.8.0(1*kWh)\r\n!\r\n' }]);
    expect(found(joined(Uint8Array.of(0xe1), list.slice(1)), ear).at(-1)).toMatchObject({ kind: 'data' });
    const damaged = list.slice();
    damaged[4] = 0x39;
    expect(found(damaged, ear).filter((one) => typeof one === 'object')).toEqual([]);
  });
});

describe('lists without STX', () => {
  const ear: Ear = { check: 'xor', lists: true };
  test('end with ! at the beginning of a line', () => {
    const text = '1.8.0(01!2*kWh)\r\n2.8.0(3)\r\n';
    expect(found(listBytes(text), ear)).toEqual([{ kind: 'list', text, sum: '' }]);
    expect(found(`"1-0:1.7.0(0.3*kW)\\r\\n!1A2B\\r\\n"`, ear)).toMatchObject([{ sum: '1A2B' }]);
  });
});

/** Any message that can be written. */
const anyMessage = fc.oneof(
  fc.stringMatching(/^[0-9A-Za-z]{0,12}$/).map((address) => requestBytes(address)),
  fc.stringMatching(/^[A-Z]{3}[0-9][ -.0-~]{0,20}$/).map(identificationBytes),
  fc
    .tuple(fc.constantFrom('R1', 'W1', 'P1', 'R6'), fc.stringMatching(/^[ -~]{0,40}$/))
    .map(([command, text]) => commandBytes(command, text, 'xor')),
  fc.stringMatching(/^[ -~\r\n]{0,60}$/).map((text) => dataBytes(text, 'xor')),
  fc.constantFrom(Uint8Array.of(0x15), breakBytes('xor'), optionBytes('0', '5', '0')),
);

describe('any bytes', () => {
  const frames = (chunks: readonly Uint8Array[]): Message[] => {
    const scan = scanner(framing({ check: 'xor', options: true }));
    return [...chunks.flatMap((chunk) => scan.push(chunk)), ...scan.flush()].flatMap((item) =>
      item.got === 'frame' ? [item.frame] : [],
    );
  };

  test('messages in a row are all found, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (messages, size) => {
          const all = joined(...messages);
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < all.length; at += size) chunks.push(all.slice(at, at + size));
          const together = frames([all]);
          expect(together).toHaveLength(messages.length);
          expect(frames(chunks)).toEqual(together);
        },
      ),
    );
  });

  test('random bytes never throw, and no single flipped bit gives other data', () => {
    const ears: Ear[] = [
      { check: 'xor' },
      { check: 'auto', firstOnly: true, beheaded: 'data', lists: true },
      { check: 'none', options: true, beheaded: 'command' },
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...ears), (bytes, ear) => {
        const scan = scanner(framing(ear));
        const items = [...scan.push(bytes), ...scan.flush()];
        expect(items.reduce((sum, item) => sum + item.bytes.length, 0)).toBe(bytes.length);
      }),
    );
    const good = dataBytes('600104FF(000V0201)', 'xor');
    for (let bit = 0; bit < good.length * 8; bit++) {
      const flipped = good.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(
        found(flipped).filter((one) => typeof one === 'object' && one !== null && 'text' in one),
      ).toEqual([]);
    }
  });
});

test('a line end that became STX makes no shorter list of a long one, though the rest may fit the block check', () => {
  // Behind `1.7.0(1)\r` the rest fits by itself when that part and its own STX cancel out in the sum of all.
  const head = '1.7.0(1)\r';
  const sum = Array.from(`${head}\n`, (one) => one.charCodeAt(0)).reduce((all, code) => all ^ code, 0);
  const filler = String.fromCharCode(sum ^ 0x20) + ' ';
  const whole = dataBytes(`${filler}${head}\n1.8.0(2)\r\n!\r\n`, 'xor');
  const at = 1 + filler.length + head.length;
  expect(whole[at]).toBe(0x0a);
  const spoilt = whole.with(at, 0x02);
  const rest = spoilt.subarray(at);
  expect(found(rest).at(-1)).toMatchObject({ kind: 'data', text: '1.8.0(2)\r\n!\r\n' });
  expect(found(spoilt).filter((one) => typeof one !== 'string')).toEqual([]);
});
