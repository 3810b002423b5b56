import { describe, expect, test } from 'vitest';
import { ascii } from '../core/bytetext.ts';
import { Fault } from '../core/fault.ts';
import { scanner } from '../core/framing.ts';
import { askFrame, judge, type Question, questionBytes } from './ask.ts';
import { framing, type YdtFrame } from './frame.ts';
import { isAnswerCode, isReturnCode, RETURN_CODES } from './rtn.ts';

const question: Question = {
  dialect: { ver: 0x20, cid1: 0x46, advice: 'is it on?' },
  what: 'cells of address 2',
  adr: 2,
  command: 0x42,
  info: Uint8Array.of(2),
};

const frame = (plain: string): YdtFrame => {
  const [one] = scanner(framing).push(ascii(`${plain}\r`));
  if (one?.got !== 'frame') throw new Error(`${plain} is no frame`);
  return one.frame;
};

const verdict = (plain: string, of = question): string => {
  const judgement = judge(of, frame(plain));
  return judgement instanceof Fault ? `${judgement.code}: ${judgement.message}` : judgement;
};

describe('an answer is', () => {
  test.each([
    ['taken', '~200246000000FDB2', 'take'],
    ['passed over when it is the echo', '~20024642E00202FD33', 'skip'],
    ["passed over when it is another master's question", '~20034642E00203FD31', 'skip'],
    // as the first, ADR 03: 1 more in the sum
    ['passed over when another address gives it', '~200346000000FDB1', 'skip'],
    ['refused for its VER', '~200246010000FDB1', 'refused: cells of address 2: RTN 01, VER is not accepted'],
    [
      'refused with CHKSUM',
      '~200246020000FDB0',
      'refused: cells of address 2: RTN 02, CHKSUM of the question is wrong',
    ],
    [
      'refused as unknown',
      '~200246040000FDAE',
      'refused: cells of address 2: RTN 04, the command is not known',
    ],
    [
      'refused for its address',
      '~200246900000FDA9',
      'refused: cells of address 2: RTN 90, the address is not valid',
    ],
    [
      'refused by the link',
      '~200246910000FDA8',
      'refused: cells of address 2: RTN 91, the pack cannot be reached',
    ],
    // as RTN 00, with 08 (8 more in the sum) and 7Fh (7 and F for two zeros: 7 + 22 more)
    [
      'refused with a code that no manual lists',
      '~200246080000FDAA',
      'refused: cells of address 2: RTN 08, a code that no manual names',
    ],
    [
      'refused with another one',
      '~2002467F0000FD95',
      'refused: cells of address 2: RTN 7F, a code that no manual names',
    ],
    // as RTN 00, code 47h: 4 and 7 more; no code of an answer, but the question of another master
    ['passed over when another master asks the same pack', '~200246470000FDA7', 'skip'],
    // CID1 4Ah instead of 46h: 41h - 36h = 0Bh more in the sum
    [
      'not of this equipment',
      '~20024A000000FDA7',
      'format: cells of address 2: CID1 4Ah in the answer, 46h expected',
    ],
  ])('%s', (_, plain, expected) => {
    expect(verdict(plain)).toBe(expected);
  });

  test('judged by what a dialect says', () => {
    const strict = { ...question, dialect: { ...question.dialect, answerVers: [0x52] } };
    expect(verdict('~200246000000FDB2', strict)).toBe(
      'format: cells of address 2: VER 20h in the answer, 52h expected',
    );
    const lenient = { ...question, from: (adr: number) => adr < 4 };
    expect(verdict('~200346000000FDB1', lenient)).toBe('take');
    // TDT-6022 (thread 71 of syssi/esphome-seplos-bms) answers with CID1 4F and RTN 42.
    const tdt = { ver: 0x21, cid1: 0x46, answerCid1s: [0x4f], normal: [0x42], advice: '' };
    const answer =
      '~25014F42808000010E0DB50DB60DB60DB70DB10DB00DB00DB20DB20DB20DB20DB30DB20DB2' +
      '060BD00BA00B860B860B860B900001132D2EAC004E2000005B68131409EF3C0409E176';
    expect(verdict(answer, { ...question, adr: 1, dialect: tdt })).toBe('take');
  });
});

test('all return codes have words, and none is taken for a command of the family', () => {
  for (const code of [0, ...RETURN_CODES.keys()]) expect(isReturnCode(code)).toBe(true);
  for (const command of [0x42, 0x44, 0x47, 0x4f, 0x51, 0x92, 0x93, 0x94, 0x95, 0x96, 0xe9, 0xf1]) {
    expect(isReturnCode(command)).toBe(false);
    expect(isAnswerCode(command)).toBe(false);
  }
});

describe('what silence probably means', () => {
  const hint = (others: readonly string[], bytes: number): string | undefined => {
    const turn = askFrame(question).next();
    if (turn.done === true || turn.value.do !== 'ask') throw new Error('nothing is asked');
    expect(turn.value.bytes).toEqual(questionBytes(question));
    return turn.value.diagnose?.({ others: others.map(frame), bytes, noise: 0 });
  };

  test.each([
    ['nothing heard', [], 0, 'is it on?'],
    ['noise', [], 17, 'bytes arrive that make no frame'],
    ['only the echo', ['~20024642E00202FD33'], 19, 'only the own question is heard back'],
    ['another address', ['~200346000000FDB1'], 18, 'address 3 is heard, 2 was asked: try --address 3'],
    ['another master', ['~20034642E00203FD31'], 20, 'another master asks on this line'],
  ] as const)('%s', (_, others, bytes, expected) => {
    expect(hint(others, bytes)).toContain(expected);
  });
});
