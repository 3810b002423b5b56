import { CodecError, decodeFrom, reader } from '../../codec/index.ts';
import { Fault } from '../../core/fault.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import { recordsIn } from '../../core/units.ts';
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

/** As sent, with addresses and with what follows for each pack. Throws a `CodecError` where it cannot be true. */
export function arranged(
  values: Values,
  adr: number,
  group: GroupDefinition,
  message: Message,
  pack?: number,
): Values {
  const records = recordsIn(values, PACKS);
  const first = firstAddress(values.command, adr, records.length);
  if (pack !== undefined && (records.length !== 1 || first !== pack)) {
    throw new CodecError(`the answer is about pack ${first}, ${pack} was asked`);
  }
  const packs: Values[] = [];
  for (const record of records) {
    const wrong = message.implausible?.(record);
    if (wrong !== undefined) throw new CodecError(wrong);
    packs.push(packOf(first + packs.length, record, group));
  }
  return { ...values, [PACKS]: packs };
}

function packOf(address: number, record: Values, group: GroupDefinition): Values {
  const out: Record<string, Value | undefined> = { address, ...record };
  for (const name in group.ofPack) {
    const value = group.ofPack[name]?.from(out, {});
    if (value !== undefined) out[name] = value;
  }
  return out;
}

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
