import { CodecError, decode } from '../../codec/index.ts';
import { show } from '../../core/bytetext.ts';
import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import type { Values } from '../../core/snapshot.ts';
import { recordsIn } from '../../core/units.ts';
import { askFrame, frameBytes, type YdtFrame } from '../../ydt1363/index.ts';
import type { BmsDefinition, Message, Part } from './definition.ts';

/** The values of an answer. Throws a `format` fault that names the part at fault. */
export function valuesOf(
  definition: BmsDefinition,
  of: Message | Part,
  what: string,
  frame: YdtFrame,
): Values {
  try {
    return addressed(definition, of, frame.adr, decode(of.body, infoOf(frame)));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const bytes = frameBytes({ ...frame, info: frame.text ?? frame.info });
    throw new Fault('format', `${what}: ${error.message} in ${show(bytes)}`, { bytes, cause: error });
  }
}

/** INFO as bytes; where it came as plain text, its characters. */
export function infoOf(frame: YdtFrame): Uint8Array {
  return frame.text === undefined ? frame.info : Uint8Array.from(frame.text, (one) => one.charCodeAt(0));
}

/** The values with the address that answered in a pack that does not tell its own. */
export function addressed(
  definition: BmsDefinition,
  of: Message | Part,
  adr: number,
  values: Values,
): Values {
  if (definition.anyGroup !== true || !('fields' in of)) return values;
  const packs = recordsIn(values, of.fields.list);
  if (packs.length !== 1) return values;
  return {
    ...values,
    [of.fields.list]: packs.map((pack) => ({ ...pack, address: adr, group: pack.address })),
  };
}

/**
 * Asks for one pack, at its own address (so every program on record asks TopBMS), or through the master.
 * @param master the address at which packs are read
 * @param pack the number of the pack
 */
export function* readMessage(
  of: BmsDefinition,
  message: Message,
  master: number,
  pack = master,
): Exchange<Values> {
  const what = `${message.title} of pack ${pack}`;
  const frame = yield* askFrame({
    dialect: of.dialect,
    what,
    adr: of.throughMaster === true ? master : pack,
    command: message.command,
    info: Uint8Array.of(pack),
    ...senders(of, [master, pack]),
  });
  const values = valuesOf(of, message, what, frame);
  const found = recordsIn(values, message.fields.list);
  const [only] = found;
  if (found.length === 1 && only?.address === pack) return values;
  const said = found.length === 1 ? `pack ${Number(only?.address)}` : `${found.length} packs`;
  throw new Fault('format', `${what}: the answer brings ${said}, pack ${pack} was asked for`, {
    hint: 'look at the address switches: two packs may have the same address',
    bytes: frameBytes(frame),
  });
}

/** INFO of a question to all packs. */
const ALL = 0xff;

/** Asks the first pack, or the master, for all packs in one answer. */
export function* readAll(of: BmsDefinition, message: Message, address: number): Exchange<Values> {
  const what = `${message.title} of all packs`;
  const frame = yield* askFrame({
    dialect: of.dialect,
    what,
    adr: address,
    command: message.command,
    info: Uint8Array.of(ALL),
    ...senders(of, [address]),
  });
  return valuesOf(of, message, what, frame);
}

/** Questions for a part of the identity before a pack is believed to be silent on it. */
const PART_ATTEMPTS = 2;

/**
 * Asks for everything that says what the device is. Parts that it refuses, or on which it is silent while it answers
 * other questions, are left out; without any the values are empty. Throws `refused` when it refuses all of it, and the
 * silence when it answers nothing else either.
 * @param lacking parts on which it was silent before; added to
 */
export function* readIdentity(
  of: BmsDefinition,
  address: number,
  lacking = new Set<string>(),
): Exchange<Values> {
  let values: Values | undefined;
  let refused: Fault | undefined;
  const silent: string[] = [];
  for (const part of of.identity.parts) {
    if (lacking.has(part.what)) continue;
    try {
      values = { ...values, ...(yield* readPart(of, part, address)) };
    } catch (error) {
      // A command that this firmware lacks leaves its values unknown; noise says nothing about it.
      if (!(error instanceof Fault)) throw error;
      if (error.code === 'refused') {
        refused ??= error;
        continue;
      }
      if (!isSilence(error)) throw error;
      // Nothing was answered yet: is anybody there at all? What is thrown otherwise is that nobody is.
      const alive = values !== undefined || refused !== undefined || silent.length > 0;
      if (!alive) yield* readMessage(of, of.groups.telemetry, address);
      silent.push(part.what);
    }
  }
  for (const what of silent) lacking.add(what);
  if (values === undefined && refused !== undefined && silent.length === 0 && lacking.size === 0)
    throw refused;
  return values ?? {};
}

function isSilence({ code, evidence }: Fault): boolean {
  return code === 'timeout' && evidence?.receivedBytes === 0;
}

/** Asks for one part of the identity, and once more where nothing is heard. */
function* readPart(of: BmsDefinition, part: Part, address: number): Exchange<Values> {
  const what = `${part.what} of address ${address}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const frame = yield* askFrame({
        dialect: of.dialect,
        what,
        adr: address,
        command: part.command,
        ...(part.timeout === undefined ? {} : { timeout: part.timeout }),
        ...(part.asks === 'pack' ? { info: Uint8Array.of(address) } : {}),
        ...senders(of, [address]),
      });
      const found = valuesOf(of, part, what, frame);
      if (typeof found.pack_number === 'number' && found.pack_number !== address) {
        throw new Fault('format', `${what}: the answer is of pack ${found.pack_number}`, {
          bytes: frameBytes(frame),
        });
      }
      return found;
    } catch (error) {
      if (!(error instanceof Fault) || !isSilence(error) || attempt === PART_ATTEMPTS) throw error;
    }
  }
}

function senders(
  { answersFrom }: BmsDefinition,
  asked: readonly number[],
): { readonly from?: (adr: number) => boolean } {
  return answersFrom === undefined ? {} : { from: (adr) => asked.includes(adr) || answersFrom.includes(adr) };
}
