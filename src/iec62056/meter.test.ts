import { describe, expect, test } from 'vitest';
import {
  ADDRESSED,
  ENERGOMERA,
  OPTICAL,
  OPTICAL_READS,
  OPTICAL_VALUES,
  RS485,
  YTL,
} from '../../test/iec62056/captures.ts';
import type { Turn } from '../../test/iec62056/played.ts';
import { bytesOfText, hex } from '../core/bytetext.ts';
import {
  breakBytes,
  commandBytes,
  dataBytes,
  identificationBytes,
  optionBytes,
  requestBytes,
} from './message.ts';
import { type Meter, meter } from './meter.ts';
import type { MeterOptions, Reply } from './meter-options.ts';

/** What a meter says to each message in turn, as hex; time goes on by 100 ms. */
function talkTo(of: Meter, messages: readonly (Uint8Array | string)[], at = 0): string[] {
  return messages.map((message, index) => {
    const bytes = typeof message === 'string' ? bytesOfText(message) : message;
    return of
      .hear(bytes, at + index * 100)
      .map((said) => hex(said.bytes))
      .join(' | ');
  });
}

function registers(values: Readonly<Record<string, Reply>>): NonNullable<MeterOptions['get']> {
  return ({ address }) => values[address];
}

const PASSWORD = { password: '00000000', fixedBaud: true, baud: 9600 } as const;

describe('recorded readers are answered as by the recorded meters', () => {
  const cases: readonly (readonly [string, MeterOptions, readonly Turn[]])[] = [
    [
      'MT324 on RS485',
      { ...PASSWORD, identification: 'TPC5NEVAMT324.2303', get: registers({ '600104FF': '000V0201' }) },
      RS485,
    ],
    [
      'MT113 at an optical head',
      {
        password: '00000000',
        identification: 'TPC5NEVAMT113.0202',
        get: registers(Object.fromEntries(OPTICAL_READS.map((code, index) => [code, OPTICAL_VALUES[index]]))),
      },
      OPTICAL,
    ],
    [
      'MT324 by address',
      {
        ...PASSWORD,
        identification: 'TPC5NEVAMT324.2307',
        address: '00000201',
        get: registers({ '100700FF': '00005.3' }),
      },
      ADDRESSED,
    ],
    [
      'CE102M',
      {
        identification: 'EKT5CE102Mv01',
        address: '141628345',
        operand: '141628345',
        check: 'sum7',
        password: '777777',
        fixedBaud: true,
        get: registers({ CURRE: { text: 'CURRE(0.402)\r\n' } }),
      },
      ENERGOMERA,
    ],
    [
      'DRS110M',
      {
        ...PASSWORD,
        identification: 'YTL:001511420144',
        get: registers({ '00000034': '001511420144', '00000000': '2290' }),
      },
      YTL,
    ],
  ];

  test.each(cases)('%s', (_what, options, turns) => {
    const said = talkTo(
      meter(options),
      turns.map(({ hear }) => hear),
    );
    expect(said).toEqual(turns.map(({ say }) => (typeof say === 'string' ? say : '')));
  });

  test.each(cases)('%s, character by character', (_what, options, turns) => {
    const played = meter(options);
    for (const { hear, say } of turns) {
      const said = Array.from(bytesOfText(hear), (byte, index) =>
        played.hear(Uint8Array.of(byte), index),
      ).flat();
      expect(said.map(({ bytes }) => hex(bytes)).join(' ')).toBe(say);
    }
  });
});

const GOOD = [requestBytes(), optionBytes('0', '5', '1'), commandBytes('P1', '(1)', 'xor')];
const READ = commandBytes('R1', '1.8.0()', 'xor');
const WRITE = commandBytes('W1', '0.9.1(120000)', 'xor');
const error = (text: string): string => hex(dataBytes(`(${text})`, 'xor'));

function ordinary(more: Partial<MeterOptions> = {}): Meter {
  return meter({
    identification: 'ABC5TEST',
    password: '1',
    fixedBaud: true,
    get: registers({ '1.8.0': '000123.45*kWh' }),
    ...more,
  });
}

describe('sign-on', () => {
  test.each([
    ['none', '', true],
    ['its own', '00000201', true],
    ['without leading zeros', '201', true],
    ['another', '00000202', false],
  ])('address: %s', (_what, address, answers) => {
    const said = ordinary({ address: '00000201' }).hear(requestBytes(address), 0);
    expect(said).toHaveLength(answers ? 1 : 0);
  });

  test('reaction and rate are told', () => {
    const said = ordinary().hear(requestBytes(), 0);
    expect(said).toEqual([{ bytes: identificationBytes('ABC5TEST'), after: 200, baud: 300 }]);
    expect(ordinary({ identification: 'ABc5TEST' }).hear(requestBytes(), 0)[0]?.after).toBe(20);
    expect(ordinary({ reaction: 41 }).hear(requestBytes(), 0)[0]?.after).toBe(41);
  });

  test.each([
    ['V of another protocol', optionBytes('2', '5', '2')],
    ['a rate higher than offered', optionBytes('0', '6', '1')],
    ['a rate unknown', optionBytes('0', 'x', '1')],
    ['a list that it has not', optionBytes('0', '5', '7')],
    ['ACK alone', Uint8Array.of(6)],
  ])('an option select is passed over: %s', (_what, bytes) => {
    expect(talkTo(ordinary(), [requestBytes(), bytes])[1]).toBe('');
  });

  test('characters of another rate are garbage', () => {
    const played = ordinary({ fixedBaud: false });
    expect(played.hear(requestBytes(), 0, 9600)).toEqual([]);
    played.hear(requestBytes(), 100, 300);
    const [p0] = played.hear(optionBytes('0', '5', '1'), 200, 300);
    expect(p0?.baud).toBe(9600);
    expect(played.baud).toBe(9600);
    expect(played.hear(READ, 300, 300)).toEqual([]);
    expect(played.hear(breakBytes('xor'), 400, 9600)).toEqual([]);
    expect([played.baud, played.state]).toEqual([300, 'idle']);
  });
});

describe('a session', () => {
  test('reads, refuses, and repeats its last message after NAK', () => {
    const played = ordinary();
    const answer = hex(dataBytes('1.8.0(000123.45*kWh)', 'xor'));
    const bad = READ.slice();
    bad[5] = 0x39;
    expect(
      talkTo(played, [...GOOD, READ, '15', commandBytes('R1', '9.9.9()', 'xor'), bad, WRITE]).slice(2),
    ).toEqual(['06', answer, answer, error('01'), '15', error('01')]);
    expect(talkTo(played, [commandBytes('R1', 'nonsense', 'xor'), breakBytes('xor'), READ], 1_000)).toEqual([
      error('03'),
      '',
      '',
    ]);
  });

  test('writes only after a password, and asks its owner', () => {
    const written: string[] = [];
    const set = ({ address, value, command }: { address: string; value: string; command: string }): Reply => {
      written.push(`${command} ${address}=${value}`);
      return value === '120000' ? '' : value === 'no' ? { nak: true } : { error: '05' };
    };
    const played = ordinary({ set, openReading: true });
    expect(talkTo(played, [...GOOD.slice(0, 2), READ, WRITE]).slice(2)).toEqual([
      hex(dataBytes('1.8.0(000123.45*kWh)', 'xor')),
      error('02'),
    ]);
    const more = [
      commandBytes('P1', '(1)', 'xor'),
      WRITE,
      commandBytes('W5', '0.9.1(no)', 'xor'),
      commandBytes('E2', 'X(y)', 'xor'),
    ];
    expect(talkTo(played, more, 1_000)).toEqual(['06', '06', '15', error('05')]);
    expect(written).toEqual(['W1 0.9.1=120000', 'W5 0.9.1=no', 'E2 X=y']);
  });

  test.each([
    ['nak', '15', 'programming'],
    ['error', error('02'), 'programming'],
    ['break', '01 42 30 03 71', 'idle'],
    ['silent', '', 'programming'],
  ] as const)('a wrong password: %s', (onWrongPassword, said, state) => {
    const played = ordinary({ onWrongPassword });
    const wrong = commandBytes('P1', '(2)', 'xor');
    expect(talkTo(played, [...GOOD.slice(0, 2), wrong])[2]).toBe(said);
    expect(played.state).toBe(state);
    expect(played.wrongPasswords).toBe(1);
    if (state === 'programming') expect(talkTo(played, [READ], 1_000)).toEqual([error('02')]);
  });

  test('ends after too long a silence', () => {
    const played = ordinary({ inactivity: 3_000 });
    talkTo(played, GOOD);
    expect(played.hear(READ, 3_100)).toHaveLength(1);
    expect(played.hear(READ, 6_200)).toEqual([]);
    expect(played.state).toBe('idle');
  });

  test('without an option select comes the list, at the rate of the sign-on', () => {
    const played = meter({ identification: 'ABC5LATE', list: () => '1.8.0(1)\r\n' });
    played.hear(requestBytes(), 0);
    expect(played.tick(1_000)).toEqual([]);
    expect(played.tick(3_000)).toEqual([
      { bytes: dataBytes('1.8.0(1)\r\n!\r\n', 'xor'), after: 200, baud: 300 },
    ]);
    expect(played.tick(64_000)).toEqual([]);
    expect(played.state).toBe('idle');
  });

  test('a sign-on of another address ends it', () => {
    const played = ordinary({ address: '1' });
    talkTo(played, GOOD);
    expect(played.state).toBe('programming');
    expect(played.hear(requestBytes('2'), 1_000)).toEqual([]);
    expect(played.hear(READ, 1_100)).toEqual([]);
  });

  test('a command cut in two by a long silence is none', () => {
    const played = ordinary();
    talkTo(played, GOOD);
    played.hear(READ.slice(0, 5), 1_000);
    expect(played.hear(READ, 3_000).map(({ bytes }) => hex(bytes))).toEqual([
      hex(dataBytes('1.8.0(000123.45*kWh)', 'xor')),
    ]);
  });
});
