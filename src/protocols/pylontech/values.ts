import { CodecError, decodeFrom, reader } from '../../codec/index.ts';
import { Fault } from '../../core/fault.ts';
import { isRecord, listIn, type Readings, type Value, type Values } from '../../core/snapshot.ts';
import { frameBytes, type YdtFrame } from '../../ydt1363/index.ts';
import { OLD_DIALECT } from './address.ts';
import type { GroupDefinition, Message } from './definition.ts';

/** Name of the list of packs in every group. */
export const PACKS = 'packs';

/** The bytes that a message's body reads: INFO, or VER where that is the answer. */
export function bodyOf(frame: YdtFrame, message: Message): Uint8Array {
  return message.inVer === true && frame.info.length === 0 ? Uint8Array.of(frame.ver) : frame.info;
}

/**
 * The values of an answer: each pack with its address and with what follows from its own values.
 * Throws a `format` fault that names the part at fault.
 * @param pack the pack that was asked; absent: whichever is in it
 */
export function valuesOf(frame: YdtFrame, group: GroupDefinition, message: Message, pack?: number): Values {
  try {
    if (frame.text !== undefined) throw new CodecError('INFO is no hexadecimal');
    const values = decodeFrom(message.body, reader(bodyOf(frame, message)));
    return arranged(values, frame.adr, group, message, pack);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new Fault('format', `${message.what} of address ${frame.adr}: ${error.message}`, {
      bytes: frameBytes({ ...frame, info: frame.text ?? frame.info }),
      cause: error,
    });
  }
}

/**
 * Adds addresses and what follows for each pack to values that were just read, in place. Throws a `CodecError` where
 * they cannot be true.
 */
export function arranged(
  values: Values,
  adr: number,
  group: GroupDefinition,
  message: Message,
  pack?: number,
): Values {
  const records = listIn(values, PACKS);
  const first = firstAddress(values.command, adr, records.length);
  if (pack !== undefined && (records.length !== 1 || first !== pack)) {
    throw new CodecError(`the answer is about pack ${first}, ${pack} was asked`);
  }
  let address = first;
  for (const record of records) {
    if (!isRecord(record)) continue;
    const wrong = message.implausible?.(record);
    if (wrong !== undefined) throw new CodecError(wrong);
    // What was just read belongs to nobody else yet; a copy would cost as much as reading it.
    const own = record as Record<string, Value | undefined>;
    own.address = address++;
    for (const name in group.ofPack) own[name] = group.ofPack[name]?.from(own, NOTHING);
  }
  return values;
}

const NOTHING: Readings = {};

/**
 * Address of the first pack of an answer. COMMAND repeats the address asked; in the answer to FF it is the count of
 * packs, which follow from the address asked on. Throws a `CodecError` when it is neither.
 */
function firstAddress(command: Value | undefined, adr: number, count: number): number {
  if (typeof command !== 'number' || count > 1 || command === adr) return adr;
  if (adr === OLD_DIALECT && command >= 1 && command <= 8) return command;
  if (command === 1) return adr;
  throw new CodecError(`the answer comes from address ${adr}, but speaks of pack ${command}`);
}
