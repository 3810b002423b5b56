import { describe, expect, test } from 'vitest';
import { wired } from '../../test/iec62056/wired.ts';
import { ascii, hex } from '../core/bytetext.ts';
import { identificationBytes, listBytes, optionBytes, requestBytes } from './message.ts';
import { type Meter, meter } from './meter.ts';
import type { MeterOptions } from './meter-options.ts';
import { readout } from './readout.ts';
import { programming } from './session.ts';

function ordinary(more: Partial<MeterOptions> = {}): Meter {
  return meter({
    identification: 'ABC5TEST',
    password: '1',
    fixedBaud: true,
    get: ({ address }) => (address === '1.8.0' ? '000123.45*kWh' : undefined),
    ...more,
  });
}

describe('reader and meter together', () => {
  test.each([
    ['on a fixed port', { policy: 'fixed', baud: 9600 }, 9600],
    ['with a change of the baud rate', { policy: 'negotiate' }, 300],
  ] as const)('a two-wire line that echoes, %s', async (_what, baud, startBaud) => {
    const out = await wired(
      () =>
        programming({ baud, credentials: { level: 'P1', password: '1' } }, (session) =>
          session.read('1.8.0'),
        ),
      ordinary({ baud: startBaud, fixedBaud: startBaud === 9600 }),
      { echo: true, startBaud },
    );
    expect(out.fault).toBeUndefined();
    expect(out.result?.text).toBe('1.8.0(000123.45*kWh)');
    const list = await wired(
      () => readout({ baud }),
      ordinary({ baud: startBaud, fixedBaud: startBaud === 9600, list: () => '1.8.0(1)\r\n' }),
      { echo: true, startBaud },
    );
    expect(list.result?.text).toBe('1.8.0(1)\r\n');
  });

  test.each(['nak', 'error', 'break', 'silent'] as const)('a wrong password: %s', async (onWrongPassword) => {
    const out = await wired(
      () =>
        programming({ credentials: { level: 'P1', password: 'wrong' } }, (session) => session.read('1.8.0')),
      ordinary({ onWrongPassword, fixedBaud: false }),
    );
    expect(out.fault).toMatchObject({ code: 'refused', objection: 'password' });
    expect(out.pending).toBe(0);
  });

  test('the secure algorithm of both is the same', async () => {
    const secret = (operand: string): string => [...ascii(operand)].map((byte) => (byte * 7) % 10).join('');
    const secured = (password: MeterOptions['password']): Meter =>
      meter({ identification: 'ABC5SAFE', operand: '4711', get: () => '1', ...(password && { password }) });
    const read = (): ReturnType<typeof wired> =>
      wired(
        () =>
          programming({ credentials: { level: 'P2', answer: secret } }, (session) => session.read('1.8.0')),
        secured((word, level) => level === 'P2' && word === secret('4711')),
      );
    expect((await read()).result).toMatchObject({ text: '1.8.0(1)' });
  });

  test.each(['R3', 'R4', 'R6'] as const)('a profile in parts by %s', async (command) => {
    const rows = Array.from({ length: 96 }, (_, index) => `(${String(index).padStart(5, '0')})`);
    const text = `P.01(2610010000)(15)(1.5.0)(kW)\r\n${rows.join('\r\n')}`;
    const out = await wired(
      () => programming({}, (session) => session.read('P.01', { command, argument: ';' })),
      meter({ identification: 'ABC5LOAD', openReading: true, partLength: 100, get: () => ({ text }) }),
    );
    expect(out.result?.text).toBe(text);
    expect(out.result?.sets[0]?.values).toHaveLength(100);
    // 33 characters, 96 of 7 and 95 line ends of 2 are 895: 9 parts, of which 8 are acknowledged.
    const acknowledged = out.transcript.filter((line) => line === '> 06').length;
    expect([text.length, acknowledged]).toEqual([895, 8]);
  });

  test('a session that pauses is kept alive', async () => {
    const short = (): Meter =>
      meter({ identification: 'ABC5NAP', openReading: true, inactivity: 2_500, get: () => '1' });
    const resting = (inactivity: number): ReturnType<typeof wired> =>
      wired(
        () =>
          programming({ timings: { inactivity } }, function* (session) {
            yield* session.rest(10_000, '0.0.0');
            return yield* session.read('1.8.0');
          }),
        short(),
      );
    expect((await resting(2_500)).result).toMatchObject({ text: '1.8.0(1)' });
    expect((await resting(60_000)).fault).toMatchObject({ code: 'timeout' });
  });

  test('an open session is ended by the break of the next reader, which then gets through', async () => {
    const played = meter({ identification: 'ABC5LEFT', openReading: true, get: () => '1' });
    // A reader vanished at 9600.
    played.hear(requestBytes(), -400, 300);
    played.hear(optionBytes('0', '5', '1'), -200, 300);
    expect(played.baud).toBe(9600);
    const out = await wired(() => programming({}, (session) => session.read('1.8.0')), played, {
      attempts: 2,
    });
    expect(out.result).toMatchObject({ text: '1.8.0(1)' });
    expect(out.transcript.slice(0, 3)).toEqual(['> 2F 3F 21 0D 0A', '> 01 42 30 03 71', '> 01 42 30 03 71']);
  });

  test('lists: framed and bare, by mode control', async () => {
    const list = (mode: string): string | undefined =>
      mode === '0' ? '1.8.0(1)\r\n' : mode === '6' ? '2.8.0(2)\r\n' : undefined;
    const framed = meter({ identification: 'ABC5LIST', list });
    expect((await wired(() => readout(), framed)).result?.text).toBe('1.8.0(1)\r\n');
    expect(
      (await wired(() => readout({ list: '6' }), meter({ identification: 'ABC5LIST', list }))).result?.text,
    ).toBe('2.8.0(2)\r\n');
    expect(
      (await wired(() => readout({ list: '7' }), meter({ identification: 'ABC5LIST', list }))).fault,
    ).toMatchObject({
      code: 'timeout',
    });
    const bare = meter({ identification: 'ABCxBARE', list, bareList: true });
    const said = bare.hear(requestBytes(), 0).map(({ bytes }) => hex(bytes));
    expect(said).toEqual([hex(identificationBytes('ABCxBARE')), hex(listBytes('1.8.0(1)\r\n'))]);
  });
});
