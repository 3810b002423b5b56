import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complement16 } from '../src/codec/checksum.ts';
import { ascii, text } from '../src/core/bytetext.ts';
import type { Device } from '../src/core/device.ts';
import { groupOf } from '../src/core/device.ts';
import type { Fault } from '../src/core/fault.ts';
import { listIn, type Values } from '../src/core/snapshot.ts';
import { recordsIn } from '../src/core/units.ts';
import pace from '../src/devices/pace/pace.ts';
import seplos from '../src/devices/seplos/seplos.ts';
import topbms from '../src/devices/topbms/topbms.ts';
import { frameBytes, framing, RETURN_CODES } from '../src/ydt1363/index.ts';
import { converse, type Outcome } from './every-device/converse.ts';

/** What a damaged, foreign or lying answer gives: the right reading, or a fault with a name. */

/** The capture of the readme of TopBMS_To_Domoticz, with the word left out that it prints too many. */
const README =
  '52014600408401100D120D150D0F0D0D0D130D160D150D210D130D130D130D130D100D160D170D2306003D003E003E003E003B003B018014EE33B3063A9800025864000000000000';
const GOOD = `~${README}E20A\r`;

const read = (
  chunks: readonly Uint8Array[] | string,
  { device = topbms, address = 1, group = 'telemetry' } = {},
): Outcome<Values> => {
  const found = groupOf(device, group);
  if (found === undefined) throw new Error(`no group ${group}`);
  return converse(found.read(address), (sent) => {
    if (sent === undefined) return [];
    return typeof chunks === 'string' ? [ascii(chunks)] : chunks;
  });
};

const valuesOf = (outcome: Outcome<Values>): Values => {
  if ('fault' in outcome) throw outcome.fault;
  return outcome.value;
};
const faultOf = (outcome: Outcome<Values>): Fault => {
  if ('value' in outcome) throw new Error(`read: ${JSON.stringify(outcome.value)}`);
  return outcome.fault;
};
const packOf = (outcome: Outcome<Values>): Values => recordsIn(valuesOf(outcome), 'packs')[0] ?? {};

/** A frame with fitting sums whose INFO is given as hexadecimal digits. */
const answer = (info: string, parts: { ver?: number; adr?: number; code?: number } = {}): string =>
  text(frameBytes({ ver: 0x52, adr: 1, cid1: 0x46, code: 0, info, ...parts })).replace('\\r', '\r');
const INFO = README.slice(12);

test('the good frame reads as the fact sheet has it', () => {
  expect(packOf(read(GOOD))).toMatchObject({ voltage: 53.58, current: 3.84, soc: 88, cycles: 2 });
  expect(answer(INFO)).toBe(GOOD);
});

test('every beginning, closed by CR or not, is a fault', () => {
  for (let length = 0; length < GOOD.length - 1; length++) {
    expect(['timeout', 'length', 'format']).toContain(faultOf(read(GOOD.slice(0, length))).code);
    const closed = faultOf(read(`${GOOD.slice(0, length)}\r`)).code;
    expect(['timeout', 'length', 'format', 'checksum']).toContain(closed);
  }
});

test('the frame as the readme prints it says what is wrong with it', () => {
  const printed = GOOD.replace('003E003E003E', '003E003E003E003E');
  const fault = faultOf(read(printed));
  expect(fault.code).toBe('length');
  expect(fault.message).toContain('LENGTH says 132 characters, 136 follow');
});

describe('gives the right reading', () => {
  const right = packOf(read(GOOD));
  test.each([
    ['behind noise', `\xf0\xff\xff\x00\x1f${GOOD}`],
    ['behind NULs, and in front of one', `\0\0\0${GOOD}\0`],
    ['closed by LF', GOOD.replace('\r', '\n')],
    ['closed by CR and LF', `${GOOD}\n`],
    ['behind half of itself', GOOD.slice(0, 70) + GOOD],
    ['behind the echo of the question', `~21014642E00201FD34\r${GOOD}`],
    ['behind another master’s question', `~21024642E00202FD32\r${GOOD}`],
    ['behind the answer of another address', answer(INFO.replace(/^01/, '02'), { adr: 2 }) + GOOD],
    ['glued to the next one', GOOD + GOOD],
    ['behind one whose CR was lost', GOOD.slice(0, -1) + GOOD],
  ])('%s', (_, line) => {
    expect(packOf(read(line))).toEqual(right);
  });

  test('in lower case, with the sum of its own characters', () => {
    const lower = README.toLowerCase();
    const sum = complement16(ascii(lower), 0, lower.length).toString(16);
    expect(packOf(read(`~${lower}${sum}\r`))).toEqual(right);
  });
});

test.each([
  ['another address answers', answer(INFO, { adr: 2 }), 'timeout', 'address 2 is heard'],
  ['the answer names another pack', answer(INFO.replace(/^01/, '02')), 'format', 'brings pack 2'],
  ['an unknown VER', answer(INFO, { ver: 0x77 }), 'format', 'VER 77h'],
  ['more cells than the frame has', answer(INFO.replace(/^0110/, '01FF')), 'format', '255 cells'],
  [
    'more cells than a pack has',
    answer(`01FF${'0D12'.repeat(255)}${INFO.slice(68)}`),
    'format',
    'a count of 255',
  ],
  ['more sensors than the frame has', answer(INFO.replace('2306003D', '23FF003D')), 'format', '255 sensors'],
  ['one cell fewer than counted', answer(INFO.replace('0D12', '')), 'format', ''],
  [
    'cells that do not make the voltage',
    answer(INFO.replace('018014EE', '01800BB8')),
    'format',
    'the cells make 53.58 V',
  ],
  ['a state of charge above 100 %', answer(INFO.replace('00025864', '00026564')), 'format', 'soc of 101 %'],
  [
    'more charge than fits',
    answer(INFO.replace('33B3063A98', '4E20063A98')),
    'format',
    '200 Ah remain of 150 Ah',
  ],
  ['only the own echo', '~21014642E00201FD34\r', 'timeout', 'only the own question'],
  ['nothing', '', 'timeout', 'awake'],
])('%s: a fault that says so', (_, line, code, words) => {
  const fault = faultOf(read(line));
  expect(fault.code).toBe(code);
  const evidence = code === 'timeout' ? hintOf(line) : fault.message;
  expect(evidence).toContain(words);
});

/** The hint of a silent or foreign line, which the bus asks the exchange for. */
function hintOf(line: string): string {
  const step = groupOf(topbms, 'telemetry')?.read(1).next();
  if (step === undefined || step.done === true || step.value.do !== 'ask')
    throw new Error('nothing is asked');
  const scan = framing.scan(ascii(`${line} `), 0, line.length + 1);
  const others = scan.got === 'frame' ? [scan.frame] : [];
  return step.value.diagnose?.({ others, bytes: line.length, noise: 0 }) ?? '';
}

test.each([...RETURN_CODES])('RTN %i is refused in words', (code, { says }) => {
  const fault = faultOf(read(answer('', { code })));
  expect(fault).toMatchObject({ code: 'refused' });
  expect(fault.message).toContain(says);
});

describe('a count of further fields that lies', () => {
  test.each([0, 3, 5, 9, 255])('%i in front of twelve bytes', (count) => {
    const digits = count.toString(16).toUpperCase().padStart(2, '0');
    const pack = packOf(read(answer(INFO.replace('33B306', `33B3${digits}`))));
    expect(pack).toMatchObject({ full_capacity: 150, cycles: 2, soc: 88, soh: 100, user_fields: count });
    // Where the count belongs to another length that is known, the true one is noted.
    expect(pack.tail_bytes).toBe(count === 5 ? 12 : undefined);
  });

  test('bytes that nobody described are kept', () => {
    const pack = packOf(read(answer(`${INFO}ABCDEF`)));
    expect(pack).toMatchObject({ soc: 88, unexplained: '000000000000ABCDEF', tail_bytes: 15 });
  });
});

test('the count of cells may change between two questions', () => {
  const shorter = answer(`010F${INFO.slice(8)}`.replace('018014EE', '018013A0'));
  expect(listIn(packOf(read(GOOD)), 'cell_voltages')).toHaveLength(16);
  // 53.582 V less the first cell of 3.346 V is 50.236 V, sent as 13A0 = 50.24 V.
  expect(listIn(packOf(read(shorter)), 'cell_voltages')).toHaveLength(15);
});

test('any count of cells and sensors is read as it was sent', () => {
  const volts = fc.integer({ min: 2500, max: 3650 });
  fc.assert(
    fc.property(
      fc.array(volts, { minLength: 1, maxLength: 48 }),
      fc.array(fc.integer({ min: -40, max: 125 }), { maxLength: 32 }),
      fc.integer({ min: -32768, max: 32767 }),
      fc.constantFrom('topbms', 'document', 'topband'),
      (cells, temperatures, current, variant) => {
        const station = topbms.station({ address: 3, random: () => 0.5, options: { variant } });
        const sum = cells.reduce((total, one) => total + one, 0);
        station.set(
          'telemetry.cell_voltages',
          cells.map((one) => one / 1000),
        );
        station.set('telemetry.temperatures', temperatures);
        station.set('telemetry.current', current / 100);
        station.set('telemetry.voltage', Math.floor(sum / 10) / 100);
        const outcome = converse(topbms.probe(3), (sent) =>
          sent === undefined ? [] : station.hear(sent).map((one) => one.bytes),
        );
        // Without a sensor nothing tells tenths of a kelvin from degrees.
        if (temperatures.length > 0) expect(valuesOf(outcome).variant).toBe(variant);
        expect(packOf(outcome)).toMatchObject({
          address: 3,
          cell_voltages: cells.map((one) => one / 1000),
          temperatures,
          current: current === 0 ? 0 : current / 100,
        });
      },
    ),
    { numRuns: 300, seed: 3 },
  );
});

describe('sisters that are not asked', () => {
  const TDT =
    '~25014F42808000010E0DB50DB60DB60DB60DB70DB10DB00DB00DB20DB20DB20DB20DB30DB20DB2060BD00BA00B860B860B860B900001132D2EAC004E2000005B68131409EF3C0409E176\r';
  test('a TDT answers with CID1 4F and RTN 42: no PACE', () => {
    const [found] = pace.inspector().push(ascii(TDT));
    expect(found?.verdict).not.toBe('ok');
  });

  test('a history record of a Topband, whose LCHKSUM wraps to 0, is a good frame that no group takes', () => {
    const HISTORY =
      '~210046000088000007E70C150A1F04610600000000000019000012C0079E0BA50BA50BA50BA50B550B4B0C800C800C800C800C800C800C810C800C800C800C800C800C7F0C7F0C800000E0C5\r';
    const inspector = topbms.inspector();
    const [question, record] = inspector.push(ascii(`~2100464BC0040000FCC6\r${HISTORY}`));
    expect(question).toMatchObject({ verdict: 'ok', kind: 'command 4Bh' });
    expect(record).toMatchObject({ verdict: 'ok', kind: 'answer to 4Bh', address: 0 });
    expect(record).not.toHaveProperty('values');
    for (const group of ['telemetry', 'alarms']) {
      expect(faultOf(read(HISTORY, { address: 0, group })).code).toBe('format');
    }
  });

  test.each<[string, Device]>([
    ['pace', pace],
    ['seplos', seplos],
  ])('%s does not read a TopBMS', (_, device) => {
    expect(faultOf(read(GOOD, { device })).code).toBe('format');
  });
});
