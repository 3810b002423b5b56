import { Fault } from '../core/fault.ts';
import { frameBytes, type YdtFrame } from './frame.ts';

/** What a return code says, and what is probably behind it. */
export interface ReturnCode {
  readonly says: string;
  readonly hint: string;
}

/**
 * All return codes of the family but 00. 01 to 06, 90 and 91: Pylontech RS485 protocol V3.3, table A.5; 07 and E1 to
 * E4: Seplos BMS protocol V2.0; 09: PACE; A0: TopBMS V1.7.
 */
export const RETURN_CODES: ReadonlyMap<number, ReturnCode> = new Map([
  [0x01, { says: 'VER is not accepted', hint: 'it speaks another version of the protocol' }],
  [0x02, { says: 'CHKSUM of the question is wrong', hint: 'the question was disturbed on the line' }],
  [0x03, { says: 'LCHKSUM of the question is wrong', hint: 'the question was disturbed on the line' }],
  [
    0x04,
    { says: 'the command is not known', hint: 'this model or firmware lacks it, or another make answers' },
  ],
  [0x05, { says: 'the format of the command is wrong', hint: 'it expects more or less behind the command' }],
  [
    0x06,
    {
      says: 'the data of the command is not valid',
      hint: 'there is no such pack, or a value is out of range',
    },
  ],
  [0x07, { says: 'there is no such data', hint: 'nothing was recorded yet' }],
  [0x09, { says: 'the operation failed', hint: 'it did not write the value' }],
  [0x90, { says: 'the address is not valid', hint: 'look at the address switches and at --address' }],
  [0x91, { says: 'the pack cannot be reached', hint: 'look at the link cable between the packs' }],
  [0xa0, { says: 'the data could not be passed on', hint: 'ask again later' }],
  [0xe1, { says: 'CID1 is not valid', hint: 'another kind of equipment answers' }],
  [0xe2, { says: 'the command could not be carried out', hint: 'its state forbids it' }],
  [0xe3, { says: 'the device is faulty', hint: 'read its alarms' }],
  [0xe4, { says: 'there is no permission', hint: 'it wants to be unlocked first' }],
]);

/** Whether a manual of the family lists a code as a return code. */
export function isReturnCode(code: number): boolean {
  return code === 0 || RETURN_CODES.has(code);
}

/**
 * Commands of the family by its documents: Pylontech V2.8, V3.3 and V3.5, TopBMS (E9h, F1h, F2h), Seplos (45h, 49h),
 * PACE (from 99h on; D0h to E7h are its settings, of which some are return codes elsewhere).
 */
const COMMANDS: ReadonlySet<number> = new Set([
  ...[0x42, 0x44, 0x45, 0x47, 0x48, 0x49, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x51],
  ...[0x60, 0x61, 0x62, 0x63, 0x64, 0x82, 0x92, 0x93, 0x94, 0x95, 0x96],
  ...[0x99, 0x9a, 0x9b, 0x9c, 0xa6, 0xaf, 0xb1, 0xb2, 0xb5, 0xb6, 0xc1, 0xc2],
  ...Array.from({ length: 0x18 }, (_, index) => 0xd0 + index),
  ...[0xe9, 0xeb, 0xec, 0xed, 0xef, 0xf1, 0xf2],
]);

/**
 * Whether a frame with this code is an answer rather than a question: it is a return code, or neither that nor a
 * command of anybody. Codes that no manual lists are refusals too, and are told with their number.
 */
export function isAnswerCode(code: number): boolean {
  return isReturnCode(code) || !COMMANDS.has(code);
}

/** The `refused` fault of an answer whose return code is not 00. */
export function refusal(what: string, frame: YdtFrame): Fault {
  const known = RETURN_CODES.get(frame.code);
  const code = frame.code.toString(16).toUpperCase().padStart(2, '0');
  return new Fault('refused', `${what}: RTN ${code}, ${known?.says ?? 'a code that no manual names'}`, {
    ...(known === undefined ? {} : { hint: known.hint }),
    bytes: frameBytes({ ...frame, info: frame.text ?? frame.info }),
  });
}
