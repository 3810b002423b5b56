import { describe, expect, test } from 'vitest';
import { wired } from '../../test/iec62056/wired.ts';
import { hex } from '../core/bytetext.ts';
import { commandBytes } from './message.ts';
import { type Meter, meter } from './meter.ts';
import type { MeterOptions } from './meter-options.ts';
import type { ReaderOptions } from './options.ts';
import { readout } from './readout.ts';
import { programming } from './session.ts';

/** Programming sessions with meters of modes A and B, and writes in parts. */

const LIST = '1.8.0(000012.34*kWh)\r\n';
const PASSWORD = { credentials: { level: 'P1', password: '12345678' } } as const;

function played(identification: string, more: Partial<MeterOptions> = {}): Meter {
  return meter({
    identification,
    password: '12345678',
    list: () => LIST,
    get: ({ address }) => (address === '32.7.0' ? '230.1*V' : undefined),
    set: () => '',
    ...more,
  });
}

const volts = (options: ReaderOptions) => () =>
  programming({ ...PASSWORD, ...options }, function* (session) {
    const { sets } = yield* session.read('32.7.0');
    return `${sets[0]?.values[0]?.value ?? ''} ${session.operand}`;
  });

describe('programming behind the list', () => {
  test('mode B: the list comes at the new rate, then P1 without option select and P0', async () => {
    const out = await wired(volts({}), played('ABCEMT1'), { paced: true });
    expect(out.fault).toBeUndefined();
    expect(out.result).toBe('230.1 ');
    const said = out.transcript.filter((one) => one.startsWith('>'));
    expect(said[1]).toBe(`> ${hex(commandBytes('P1', '(12345678)', 'xor'))}`);
    expect(said.some((one) => one.startsWith('> 06'))).toBe(false);
  });

  test('mode A: the same at 300 baud, where the options say that it is one', async () => {
    const out = await wired(volts({ mode: 'A' }), played('ABC@MT1', { bareList: true }));
    expect(out.fault).toBeUndefined();
    expect(out.result).toBe('230.1 ');
  });

  test('a wrong password is a refusal there too', async () => {
    const out = await wired(
      volts({ credentials: { level: 'P1', password: '00000000' } }),
      played('ABCEMT1', { onWrongPassword: 'nak' }),
    );
    expect(out.fault).toMatchObject({ code: 'refused', objection: 'password' });
  });

  test('a meter that sends no list is a timeout', async () => {
    const out = await wired(volts({}), played('ABCEMT1', { list: () => undefined }));
    expect(out.fault).toMatchObject({ code: 'timeout' });
    expect(out.took).toBeLessThan(10_000);
    expect(out.pending).toBe(0);
  });

  test('only a list is asked for: no password opens anything', async () => {
    const one = played('ABCEMT1');
    const out = await wired(() => readout(), one);
    expect(out.result?.sets).toHaveLength(1);
    expect(one.state).toBe('idle');
  });
});

describe('writes in parts', () => {
  const written: string[] = [];
  const keeping = (more: Partial<MeterOptions> = {}): Meter =>
    played('ABC5MT1', {
      set: ({ command, address, value }) => {
        written.push(`${command} ${address}=${value}`);
        return '';
      },
      ...more,
    });
  const value = '0123456789'.repeat(30);
  const write =
    (options: ReaderOptions = {}) =>
    () =>
      programming({ ...PASSWORD, ...options }, (session) => session.write('C.90', value, 'W3'));

  test('go in pieces that end with EOT, each acknowledged, and arrive as one', async () => {
    written.length = 0;
    const out = await wired(write(), keeping());
    expect(out.fault).toBeUndefined();
    expect(written).toEqual([`W3 C.90=${value}`]);
    const parts = out.transcript.filter((one) => one.startsWith('> 01 57 33'));
    // 306 characters with address and brackets in parts of 128
    expect(parts).toHaveLength(3);
    expect(parts.map((one) => one.split(' ').at(-2))).toEqual(['04', '04', '03']);
  });

  test('a part that is damaged on the way is sent again', async () => {
    written.length = 0;
    let spoilt = 0;
    const one = keeping();
    const deaf: Meter = {
      ...one,
      get baud() {
        return one.baud;
      },
      get state() {
        return one.state;
      },
      hear: (bytes, at, baud) =>
        bytes[1] === 0x57 && spoilt++ === 1
          ? one.hear(bytes.with(9, 0x7e), at, baud)
          : one.hear(bytes, at, baud),
    };
    const out = await wired(write(), deaf);
    expect(out.fault).toBeUndefined();
    expect(written).toEqual([`W3 C.90=${value}`]);
    expect(out.transcript.filter((said) => said.startsWith('> 01 57 33'))).toHaveLength(4);
  });

  test('without the right to write the first part is refused', async () => {
    written.length = 0;
    const out = await wired(write({ credentials: { level: 'none' } }), keeping());
    expect(out.fault).toMatchObject({ code: 'refused', objection: 'error', answer: '02' });
    expect(written).toEqual([]);
  });

  test('parts of no length, or of none that fits, are refused before anything is sent', async () => {
    const out = await wired(write({ partLength: 0 }), keeping());
    expect(out.fault).toMatchObject({ code: 'config' });
    expect(out.transcript).toEqual([]);
  });
});
