import { describe, expect, test } from 'vitest';
import { played, type Turn } from '../../test/iec62056/played.ts';
import { wired } from '../../test/iec62056/wired.ts';
import { hex } from '../core/bytetext.ts';
import { crc16 } from './crc16.ts';
import { commandBytes, dataBytes, identificationBytes, listBytes } from './message.ts';
import { type Meter, meter } from './meter.ts';
import { fastRead } from './fast-read.ts';
import { pushed, readout } from './readout.ts';
import type { Exchange } from '../core/exchange.ts';

const SIGN_ON = '2F 3F 21 0D 0A';

/** Iskra MT382, mode C with mode E on offer (log of HA core issue 51271). */
const ISKRA = [
  '0-0:96.1.1(51271000)',
  '1-0:0.9.2(210528)',
  '1-0:0.9.1(215658)',
  '1-0:1.7.0(001.322*kW)',
  '1-0:1.8.0(010192.57*kWh)',
  '1-0:1.6.0(007.072*kW)',
  '1-0:0.2.2(Smart001)',
  '',
].join('\r\n');
const FRAMED = dataBytes(`${ISKRA}!\r\n`, 'xor');

function iskra(select: string, say: Uint8Array = FRAMED): Turn[] {
  return [
    { hear: SIGN_ON, say: identificationBytes('ISK5\\2MT382-1008') },
    { hear: select, say },
  ];
}

describe('mode C', () => {
  test.each([
    ['the rate offered', {}, '06 30 35 30 0D 0A', '9600 7E1'],
    ['no change', { baud: { policy: 'negotiate', highest: 300 } }, '06 30 30 30 0D 0A', '300 7E1'],
    ['a lower rate', { baud: { policy: 'negotiate', highest: 4000 } }, '06 30 33 30 0D 0A', '2400 7E1'],
    ['a forced rate', { baud: { policy: 'forced', baud: 4800 } }, '06 30 34 30 0D 0A', '4800 7E1'],
    ['a fixed port at 300', { baud: { policy: 'fixed', baud: 300 } }, '06 30 30 30 0D 0A', undefined],
    ['a list of the manufacturer', { list: '6' }, '06 30 35 36 0D 0A', '9600 7E1'],
  ] as const)('%s', async (_what, options, select, line) => {
    const out = await played(() => readout(options), iskra(select));
    expect(out.fault).toBeUndefined();
    expect(out.result?.text).toBe(ISKRA);
    expect(out.result?.sets).toHaveLength(7);
    expect(out.result?.sets[4]).toEqual({
      address: '1-0:1.8.0',
      values: [{ value: '010192.57', unit: 'kWh' }],
    });
    expect(out.result?.identification).toMatchObject({
      manufacturer: 'ISK',
      enhanced: '2',
      ident: 'MT382-1008',
    });
    expect(out.said.at(-1)).toBe('06');
    if (line !== undefined) expect(out.lines.at(-1)).toBe(line);
  });

  test('a damaged list is asked for again', async () => {
    const spoilt = FRAMED.slice();
    spoilt[40] = 0x39;
    const out = await played(
      () => readout({ check: 'xor' }),
      [...iskra('06 30 35 30 0D 0A', spoilt), { hear: '15', say: FRAMED }],
    );
    expect(out.result?.text).toBe(ISKRA);
  });

  test('a list in parts', async () => {
    const out = await played(
      () => readout(),
      [
        ...iskra('06 30 35 30 0D 0A', dataBytes(ISKRA.slice(0, 50), 'xor', true)),
        { hear: '06', say: dataBytes(`${ISKRA.slice(50)}!\r\n`, 'xor') },
      ],
    );
    expect(out.result?.text).toBe(ISKRA);
  });

  test('mode E can be declined, and is named where there is no mode C behind it', async () => {
    const declined = await played(() => readout({ modeE: 'decline' }), iskra('06 30 35 30 0D 0A'));
    expect(declined.fault).toMatchObject({ code: 'refused', objection: 'mode' });
    expect(declined.fault?.message).toMatch(/mode E \(binary DLMS\/HDLC\)/);
    const silent = await played(() => readout(), iskra('00'));
    expect(silent.fault).toMatchObject({ code: 'timeout' });
    expect(silent.fault?.hint).toMatch(/mode E/);
  });

  test('a list of 60 kB at 300 baud is read to its end', async () => {
    const lines = Array.from(
      { length: 2000 },
      (_, index) => `1-0:1.8.0*${String(index).padStart(4, '0')}(010192.57*kWh)\r\n`,
    );
    const out = await wired(
      () => readout({ baud: { policy: 'negotiate', highest: 9600 } }),
      meter({ identification: 'ISK5MT', list: () => lines.join('') }),
    );
    expect(out.result?.sets).toHaveLength(2000);
  });
});

/** The same exchange, with the baud rates that it sets noted. */
function* watched<R>(exchange: Exchange<R>, rates: number[]): Exchange<R> {
  let turn = exchange.next();
  while (turn.done !== true) {
    if (turn.value.do === 'line') rates.push(turn.value.line.baud);
    turn = exchange.next(yield turn.value);
  }
  return turn.value;
}

describe('other modes', () => {
  test.each([
    ['with STX', dataBytes(`${ISKRA}!\r\n`, 'xor')],
    ['without', listBytes(ISKRA)],
  ])('A: the list comes by itself, %s', async (_what, list) => {
    const both = Uint8Array.from([...identificationBytes('ABCxOLD'), ...list]);
    const out = await played(() => readout(), [{ hear: SIGN_ON, say: both }]);
    expect(out.result?.text).toBe(ISKRA);
    expect(out.said).toEqual([SIGN_ON, '06']);
  });

  test('A: a meter that says nothing more waits for an option select', async () => {
    const out = await played(
      () => readout(),
      [
        { hear: SIGN_ON, say: identificationBytes('YTL:1') },
        { hear: '06 30 3A 30 0D 0A', say: FRAMED },
      ],
    );
    expect(out.result?.text).toBe(ISKRA);
  });

  test.each([
    ['A', 600],
    ['C', 2400],
    ['E', 9600],
  ])('B with %s: both change to %s without a word', async (letter, baud) => {
    const out = await wired(() => readout(), meter({ identification: `ABC${letter}OLD`, list: () => ISKRA }));
    expect(out.result?.text).toBe(ISKRA);
    const rates: number[] = [];
    const spied = await played(
      () => watched(readout(), rates),
      [{ hear: SIGN_ON, say: Uint8Array.from([...identificationBytes(`ABC${letter}OLD`), ...FRAMED]) }],
    );
    expect(spied.result).toMatchObject({ text: ISKRA });
    expect(rates).toEqual([300, baud]);
  });

  /** A meter that sends by itself, from whichever place of its telegram. */
  async function heard(telegram: string, from = 0): Promise<Awaited<ReturnType<typeof played>>> {
    const bytes = Uint8Array.from(telegram, (one) => one.charCodeAt(0));
    return played(
      function* (): Exchange<unknown> {
        yield { do: 'say', bytes: Uint8Array.of(0x55) }; // sets the record going
        return yield* pushed();
      },
      [{ hear: '55', say: Uint8Array.from([...bytes.slice(from), ...bytes]) }],
    );
  }

  test('D: lists are heard, from the next beginning on', async () => {
    const telegram = `/ABC3PUSH\r\n\r\n${ISKRA}!\r\n`;
    for (const from of [0, 3, 40]) {
      const out = await heard(telegram, from);
      expect(out.result).toMatchObject({
        identification: { ident: 'PUSH' },
        text: `\r\n${ISKRA}`.trimStart(),
      });
    }
    const rates: number[] = [];
    const silent = await played(() => watched(pushed({}, 5_000), rates), []);
    expect(silent.fault).toMatchObject({ code: 'timeout' });
    expect(silent.said).toEqual([]);
    expect(rates).toEqual([2400]);
  });

  test('D: a CRC behind the end is checked', async () => {
    // The check value of CRC-16/ARC.
    expect(crc16('123456789')).toBe(0xbb3d);
    const sumOf = (text: string): string => crc16(text).toString(16).toUpperCase().padStart(4, '0');
    for (const good of [`/ABC3PUSH\r\n${ISKRA}!`, `/ABC3PUSH\r\n\r\n${ISKRA}!`]) {
      expect((await heard(`${good}${sumOf(good)}\r\n`)).result).toMatchObject({ text: ISKRA });
      expect((await heard(`${good}${sumOf(`${good} `)}\r\n`)).fault).toMatchObject({ code: 'checksum' });
    }
  });
});

describe('a read without a session', () => {
  test('is the sign-on with a command glued to it', async () => {
    const request = [
      '2F 3F 31 34 31 36 32 38 33 34 35 21', // /?141628345! without line end
      hex(commandBytes('R1', 'GROUP(CURRE()VOLTA())', 'sum7')),
    ].join(' ');
    const say = dataBytes('CURRE(0.402)\r\nVOLTA(229.1)\r\n', 'sum7');
    const out = await played(
      () =>
        fastRead(
          { address: '141628345', check: 'sum7', baud: { policy: 'fixed', baud: 9600 } },
          'GROUP(CURRE()VOLTA())',
        ),
      [{ hear: request, say }],
    );
    expect(out.result?.sets.map(({ address }) => address)).toEqual(['CURRE', 'VOLTA']);
    expect(out.said).toEqual([request]);
  });
});

describe('battery meters', () => {
  test('are woken by NULs', async () => {
    const sleepy = (): Meter => meter({ identification: 'ABC5BAT', list: () => ISKRA, sleeper: 60 });
    const asleep = await wired(() => readout(), sleepy(), { paced: true });
    expect(asleep.fault).toMatchObject({ code: 'timeout' });
    // 2200 ms at 300 baud are 66 characters of 33.3 ms.
    const out = await wired(() => readout({ timings: { wakeUp: 2_200 } }), sleepy(), { paced: true });
    expect(out.result?.text).toBe(ISKRA);
    expect(out.transcript[0]).toBe(`> ${Array.from({ length: 66 }, () => '00').join(' ')} ${SIGN_ON}`);
  });
});
