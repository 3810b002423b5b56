import { describe, expect, test } from 'vitest';
import { RS485 } from '../../test/iec62056/captures.ts';
import { played, type Turn } from '../../test/iec62056/played.ts';
import { wired } from '../../test/iec62056/wired.ts';
import { bytesOfText, hex } from '../core/bytetext.ts';
import type { Exchange } from '../core/exchange.ts';
import { announced, baudCharacter } from './baud.ts';
import { checkDetector } from './bcc.ts';
import { commandBytes, dataBytes, identificationBytes } from './message.ts';
import { meter } from './meter.ts';
import type { ReaderOptions } from './options.ts';
import { programming } from './session.ts';

/** Mistakes that older readers of such meters make: each is a test that ours does not. */

const FIXED: ReaderOptions = {
  baud: { policy: 'fixed', baud: 9600 },
  credentials: { level: 'P1', password: '00000000' },
};
const read =
  (address: string, options: ReaderOptions = FIXED): (() => Exchange<string>) =>
  () =>
    programming(options, function* (session) {
      return (yield* session.read(address)).sets[0]?.values[0]?.value ?? '';
    });

function answering(request: string, ...says: readonly string[]): Turn[] {
  const hear = hex(commandBytes('R1', request, 'xor'));
  return [...RS485.slice(0, 3), ...says.map((say) => ({ hear, say }))];
}

describe('peers', () => {
  test('take 0F for NAK: ours is 15, and 0F is noise', async () => {
    const good = hex(dataBytes('600101FF(00009144)', 'xor'));
    expect((await played(read('600101FF'), answering('600101FF()', '15', good))).result).toBe('00009144');
    const out = await played(read('600101FF'), [...answering('600101FF()', '0F'), { hear: '15', say: good }]);
    expect(out.result).toBe('00009144'); // noise is a damaged answer, so it is asked for by NAK
  });

  test('end with an empty STX part, twice: our meter takes it for the break', () => {
    const played = meter({ identification: 'ABC5TEST', fixedBaud: true, baud: 9600 });
    const hear = (bytes: string, at: number): string[] =>
      played.hear(bytesOfText(bytes), at).map((said) => hex(said.bytes));
    hear('2F 3F 21 0D 0A', 0);
    hear('06 30 35 31 0D 0A', 100);
    expect(played.state).toBe('programming');
    expect([hear('01 42 30 02 03 73', 200), hear('01 42 30 02 03 73', 700)]).toEqual([[], []]);
    expect(played.state).toBe('idle');
  });

  test('know no baud rate character above 5', () => {
    expect(announced('6')).toEqual({ mode: 'C', baud: 19200 });
    expect(baudCharacter(19200)).toBe('6');
    // A user of lvzon/dsmr-p1-parser put this right: A is 600, not 300.
    expect(announced('A')).toEqual({ mode: 'B', baud: 600 });
    expect([announced('7'), announced('G'), announced(':')]).toEqual([
      { mode: 'C' },
      { mode: 'B' },
      { mode: 'A' },
    ]);
  });

  test('return an empty value for silence: ours is a fault that says so', async () => {
    const out = await played(read('600101FF'), RS485.slice(0, 3));
    expect(out.result).toBeUndefined();
    expect(out.fault?.message).toMatch(/^R1 600101FF\(\): no answer .* the line stayed silent$/);
  });

  test('call an error answer a wrong address: ours has its text', async () => {
    const out = await played(read('030880FF'), answering('030880FF()', '02 28 30 31 29 03 03'));
    expect(out.fault?.message).toBe('R1 030880FF(): the meter answered (01)');
  });

  test('expect fixed lengths', async () => {
    for (const value of ['00005.3', '00001356', '000000.00', '5']) {
      const say = hex(dataBytes(`100700FF(${value})`, 'xor'));
      expect((await played(read('100700FF'), answering('100700FF()', say))).result).toBe(value);
    }
  });

  test('send what P0 contained as the password', async () => {
    const strange: Turn[] = [
      RS485[0] ?? { hear: '' },
      { hear: '06 30 35 31 0D 0A', say: commandBytes('P0', '(12345678)', 'xor') },
      { hear: RS485[2]?.hear ?? '', say: '06' },
    ];
    const out = await played(read('600101FF'), strange);
    expect(out.said).toContain(RS485[2]?.hear);
  });

  test('send the option select at the new rate', async () => {
    const out = await wired(
      read('600101FF', { ...FIXED, baud: { policy: 'negotiate' } }),
      meter({ identification: 'ABC5TEST', password: '00000000', get: () => '1' }),
      { paced: true },
    );
    expect(out.result).toBe('1');
  });

  test('cut long answers at 64 bytes', async () => {
    const profile = Array.from({ length: 48 }, () => '03900').join(',');
    const say = hex(dataBytes(`63010000(${profile})`, 'xor'));
    const out = await played(read('63010000'), answering('63010000()', say), { apart: 25 });
    expect(out.result).toBe(profile);
  });

  test('refuse a long identification', async () => {
    const text = `BYL5${'1234567890'.repeat(4)}`;
    const out = await wired(
      read('1.8.0', { credentials: { level: 'none' } }),
      meter({ identification: text, openReading: true, get: () => '1' }),
    );
    expect(out.result).toBe('1');
    expect(out.transcript[1]).toBe(`< ${hex(identificationBytes(text))}`);
  });
});

describe('block checks', () => {
  test('one message may fit both, the next tells', () => {
    const detector = checkDetector('auto');
    detector.note(['xor', 'sum7']);
    expect([detector.accepts, detector.sends]).toEqual(['auto', 'xor']);
    detector.note(['sum7']);
    expect([detector.accepts, detector.sends]).toEqual(['sum7', 'sum7']);
    detector.note(['xor']); // a chance hit says nothing any more
    expect(detector.accepts).toBe('sum7');
  });

  test('the wrong guess is put right when the password is refused by NAK', async () => {
    // An operand whose P0 fits both checks, at a meter of a maker that is not known for sums.
    const operands = Array.from({ length: 5000 }, (_, index) => (index * 7919).toString(36).toUpperCase());
    const operand = operands.find(
      (one) =>
        commandBytes('P0', `(${one})`, 'xor').at(-1) === commandBytes('P0', `(${one})`, 'sum7').at(-1) &&
        commandBytes('P1', '(777777)', 'xor').at(-1) !== commandBytes('P1', '(777777)', 'sum7').at(-1),
    );
    expect(operand).toBeDefined();
    const out = await wired(
      read('VOLTA', { credentials: { level: 'P1', password: '777777' } }),
      meter({
        identification: 'ABC5SUMS',
        check: 'sum7',
        operand: operand ?? '',
        password: '777777',
        get: () => '230.1',
      }),
    );
    expect(out.result).toBe('230.1');
    expect(out.transcript.filter((line) => line.startsWith('> 01 50 31'))).toHaveLength(2);
  });

  test('none believes every block check', async () => {
    const out = await wired(
      read('1.8.0', { check: 'none', credentials: { level: 'P1', password: '1' } }),
      meter({ identification: 'ABC5NONE', password: '1', get: () => '230.1' }),
      {
        mangle: ({ bytes }) =>
          bytes.length > 5 && bytes[0] === 2 ? Uint8Array.from([...bytes.slice(0, -1), 0x55]) : bytes,
      },
    );
    expect(out.result).toBe('230.1');
  });
});

describe('speed', () => {
  test('ten registers at 9600 take at most 1.1 times wire and turnaround', async () => {
    const reaction = 20;
    const out = await wired(
      () =>
        programming({ ...FIXED, timings: { reaction: 0, beforeSignOn: 0 } }, function* (session) {
          for (let register = 0; register < 10; register++) yield* session.read(`10070${register}FF`);
          return true;
        }),
      meter({
        identification: 'ABC5FAST',
        baud: 9600,
        fixedBaud: true,
        reaction,
        password: '00000000',
        get: () => '00005.3',
      }),
      { paced: true, startBaud: 9600 },
    );
    expect(out.result).toBe(true);
    const messages = out.transcript.map((line) => line.slice(2).split(' ').length);
    const wire = (messages.reduce((sum, count) => sum + count, 0) * 10_000) / 9600;
    // Each message waits for one turnaround, ours (20 ms on any bus) or the meter's.
    expect(messages).toHaveLength(2 * 13 + 1);
    const least = wire + messages.length * reaction;
    expect(out.took).toBeGreaterThan(wire);
    expect(out.took / least).toBeLessThan(1.1);
  });
});
