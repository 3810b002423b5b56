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
import { played, type Turn } from '../../test/iec62056/played.ts';
import type { Exchange } from '../core/exchange.ts';
import { commandBytes, dataBytes } from './message.ts';
import { hex } from '../core/bytetext.ts';
import type { ReaderOptions } from './options.ts';
import { programming, type Session } from './session.ts';

const BREAK = '01 42 30 03 71';
const FIXED: ReaderOptions = {
  baud: { policy: 'fixed', baud: 9600 },
  credentials: { level: 'P1', password: '00000000' },
};

/** Reads addresses one after the other; brings the first value of each. */
function reading(options: ReaderOptions, addresses: readonly string[]): () => Exchange<string[]> {
  return () =>
    programming(options, function* (session) {
      const values: string[] = [];
      for (const address of addresses) {
        const { sets } = yield* session.read(address);
        values.push(sets[0]?.values[0]?.value ?? '');
      }
      return values;
    });
}

describe('recorded meters are read', () => {
  test('an MT324 on RS485', async () => {
    const out = await played(reading(FIXED, ['600104FF']), RS485);
    expect(out.fault).toBeUndefined();
    expect(out.result).toEqual(['000V0201']);
    expect(out.said).toEqual([...RS485.map(({ hear }) => hear), BREAK]);
    expect(new Set(out.lines)).toEqual(new Set(['9600 7E1']));
  });

  test('an MT113 at an optical head, with the change of the baud rate', async () => {
    const out = await played(
      reading({ credentials: { level: 'P1', password: '00000000' } }, OPTICAL_READS),
      OPTICAL,
    );
    expect(out.result).toEqual(OPTICAL_VALUES);
    expect(out.said).toEqual([...OPTICAL.map(({ hear }) => hear), BREAK]);
    // Sign-on and option select at 300, all the rest at 9600, the break too.
    expect(out.lines).toEqual(out.said.map((_, index) => (index < 2 ? '300 7E1' : '9600 7E1')));
  });

  test('an MT324 by its address', async () => {
    const out = await played(reading({ ...FIXED, address: '00000201' }, ['100700FF']), ADDRESSED);
    expect(out.result).toEqual(['00005.3']);
  });

  test.each(['sum7', 'auto'] as const)('a CE102M, block check %s', async (check) => {
    const options: ReaderOptions = {
      ...FIXED,
      check,
      address: '141628345',
      credentials: { level: 'P1', password: '777777' },
    };
    const out = await played(
      () =>
        programming(options, function* (session: Session) {
          expect(session.operand).toBe('141628345');
          return (yield* session.read('CURRE')).sets;
        }),
      ENERGOMERA,
    );
    expect(out.result).toEqual([{ address: 'CURRE', values: [{ value: '0.402', unit: '' }] }]);
    expect(out.said.at(-1)).toBe('01 42 30 03 75');
  });

  test('a DRS110M, whose baud rate character is sent back', async () => {
    const out = await played(
      reading({ ...FIXED, baud: { policy: 'negotiate', start: 9600 } }, ['00000034', '00000000']),
      YTL,
    );
    expect(out.result).toEqual(['001511420144', '2290']);
    expect(new Set(out.lines)).toEqual(new Set(['9600 7E1']));
  });

  test('a DRS110M answers an empty password with a break of a wrong block check', async () => {
    const turns: Turn[] = [...YTL.slice(0, 2), { hear: '01 50 31 02 28 29 03 61', say: '01 42 30 03 75' }];
    const out = await played(
      reading({ ...FIXED, credentials: { level: 'P1', password: '' } }, ['00000034']),
      turns,
    );
    expect(out.fault).toMatchObject({ code: 'refused', objection: 'password' });
    expect(out.said).toHaveLength(3); // the meter has ended the session: no break of ours
  });

  test.each([1, 7])('character by character, %i ms apart', async (apart) => {
    const out = await played(reading(FIXED, ['600104FF']), RS485, { apart });
    expect(out.result).toEqual(['000V0201']);
  });
});

/** The open session on RS485, and what comes then. */
function after(...more: readonly Turn[]): readonly Turn[] {
  return [...RS485.slice(0, 3), ...more];
}

const READ = hex(commandBytes('R1', '0F0880FF()', 'xor'));
const ANSWER = hex(dataBytes('0F0880FF(008030.59)', 'xor'));

describe('what an answer can be', () => {
  test.each([
    // `(01)` has the block check 03, which is ETX; `(04)` has 06, ACK; `(00)` has 02, STX.
    ['01', '02 28 30 31 29 03 03'],
    ['04', '02 28 30 34 29 03 06'],
    ['00', '02 28 30 30 29 03 02'],
    ['ERR12', hex(dataBytes('(ERR12)', 'xor'))],
  ])('an error (%s)', async (answer, say) => {
    const out = await played(reading(FIXED, ['0F0880FF']), after({ hear: READ, say }));
    expect(out.fault).toMatchObject({
      code: 'refused',
      objection: 'error',
      answer,
      message: `R1 0F0880FF(): the meter answered (${answer})`,
    });
    expect(out.said.at(-1)).toBe(BREAK);
  });

  test('a value without an address is no error', async () => {
    const out = await played(
      reading(FIXED, ['0F0880FF']),
      after({ hear: READ, say: hex(dataBytes('(2290)', 'xor')) }),
    );
    expect(out.result).toEqual(['2290']);
  });

  test('the answer of another address is not believed', async () => {
    const say = hex(dataBytes('0F0880FE(1)', 'xor'));
    const out = await played(reading(FIXED, ['0F0880FF']), after({ hear: READ, say }));
    expect(out.fault).toMatchObject({
      code: 'format',
      message: "R1 0F0880FF(): the answer is that of '0F0880FE'",
    });
  });

  test('NAK makes us say it again, twice', async () => {
    const out = await played(
      reading(FIXED, ['0F0880FF']),
      after({ hear: READ, say: '15' }, { hear: READ, say: '15' }, { hear: READ, say: ANSWER }),
    );
    expect(out.result).toEqual(['008030.59']);
    const never = await played(
      reading(FIXED, ['0F0880FF']),
      after({ hear: READ, say: '15' }, { hear: READ, say: '15' }, { hear: READ, say: '15' }),
    );
    expect(never.fault).toMatchObject({ code: 'refused', objection: 'nak' });
  });

  test('a break is the end of the session', async () => {
    const out = await played(reading(FIXED, ['0F0880FF']), after({ hear: READ, say: BREAK }));
    expect(out.fault).toMatchObject({ code: 'refused', objection: 'break' });
    expect(out.said.at(-1)).toBe(READ);
  });

  test('parts are put together', async () => {
    const read = hex(commandBytes('R6', 'P.01(2610010000;2610020000)', 'xor'));
    const out = await played(
      () =>
        programming(FIXED, (session) =>
          session.read('P.01', { command: 'R6', argument: '2610010000;2610020000' }),
        ),
      after(
        { hear: read, say: hex(dataBytes('P.01(1)(2', 'xor', true)) },
        { hear: '06', say: hex(dataBytes(')(3)\r\n', 'xor', true)) },
        { hear: '06', say: hex(dataBytes('(4)', 'xor')) },
      ),
    );
    expect(out.fault).toBeUndefined();
    expect(out.result?.sets).toEqual([
      { address: 'P.01', values: ['1', '2', '3', '4'].map((value) => ({ value, unit: '' })) },
    ]);
  });
});

describe('writing', () => {
  const write = hex(commandBytes('W1', '000902FF(240131)', 'xor'));
  const writing = (): Exchange<string> =>
    programming(FIXED, (session) => session.write('000902FF', '240131'));

  test('ends with ACK', async () => {
    // The block check 68 is that of the fact sheet's example.
    expect(write.endsWith(' 68')).toBe(true);
    const out = await played(writing, after({ hear: write, say: '06' }));
    expect(out.result).toBe('');
  });

  test('may be refused', async () => {
    const out = await played(writing, after({ hear: write, say: hex(dataBytes('(02)', 'xor')) }));
    expect(out.fault).toMatchObject({ objection: 'error', answer: '02' });
  });

  test('is not believed for the block check 06 of an error that was cut', async () => {
    const cut = Uint8Array.of(0x02, 0x28, 0x30, 0x34, 0x29, 0x03);
    const out = await played(
      () =>
        programming({ ...FIXED, repeats: 0 }, function* (session) {
          return yield* session.write('000902FF', '240131');
        }),
      after({ hear: write, say: Uint8Array.of(...cut, 0x06), after: 100 }),
      { apart: 330 },
    );
    expect(out.result).toBeUndefined();
    expect(out.fault).toBeDefined();
  });

  test('execute is E2', async () => {
    const out = await played(
      () => programming(FIXED, (session) => session.execute('RESET', '1')),
      after({ hear: hex(commandBytes('E2', 'RESET(1)', 'xor')), say: '06' }),
    );
    expect(out.result).toBe('');
  });
});

describe('passwords', () => {
  const p1 = RS485[2]?.hear ?? '';
  const opened = RS485.slice(0, 2);

  test.each([
    ['NAK', '15', 'NAK'],
    ['an error', '02 28 30 31 29 03 03', '(01)'],
    ['a break', BREAK, 'a break'],
  ])('refused by %s', async (_by, say, named) => {
    const out = await played(reading({ ...FIXED, check: 'xor' }, ['0F0880FF']), [
      ...opened,
      { hear: p1, say },
    ]);
    expect(out.fault).toMatchObject({
      code: 'refused',
      objection: 'password',
      message: `P1: the meter refused the password with ${named}`,
    });
    expect(out.said.filter((bytes) => bytes === p1)).toHaveLength(1);
  });

  test('refused by silence', async () => {
    const out = await played(reading(FIXED, ['0F0880FF']), opened);
    expect(out.fault).toMatchObject({ code: 'refused', objection: 'password' });
    expect(out.fault?.hint).toMatch(/silent to a wrong password/);
    expect(out.said.at(-1)).toBe(BREAK);
  });

  test('data in place of ACK is a yes', async () => {
    const out = await played(reading(FIXED, ['0F0880FF']), [
      ...opened,
      { hear: p1, say: hex(dataBytes('(00000000)', 'xor')) },
      { hear: READ, say: ANSWER },
    ]);
    expect(out.result).toEqual(['008030.59']);
  });

  test('a meter that lets everybody read needs none', async () => {
    const refusedAndRead = await played(
      reading({ ...FIXED, check: 'xor', onPasswordRefused: 'continue' }, ['0F0880FF']),
      [...opened, { hear: p1, say: '15' }, { hear: READ, say: ANSWER }],
    );
    expect(refusedAndRead.result).toEqual(['008030.59']);
    const without = await played(reading({ ...FIXED, credentials: { level: 'none' } }, ['0F0880FF']), [
      ...opened,
      { hear: READ, say: ANSWER },
    ]);
    expect(without.result).toEqual(['008030.59']);
  });

  test('P2 sends what the algorithm makes of the operand', async () => {
    const credentials = {
      level: 'P2',
      answer: (operand: string, { manufacturer }: { readonly manufacturer: string }) =>
        `${manufacturer}${operand.length}`,
    } as const;
    const out = await played(reading({ ...FIXED, credentials }, ['0F0880FF']), [
      ...opened,
      { hear: hex(commandBytes('P2', '(TPC8)', 'xor')), say: '06' },
      { hear: READ, say: ANSWER },
    ]);
    expect(out.result).toEqual(['008030.59']);
  });
});
