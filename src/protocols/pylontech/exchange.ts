import { type Exchange, listen } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import type { Values } from '../../core/snapshot.ts';
import { recordsIn } from '../../core/units.ts';
import { askFrame, type Dialect, framing, isAnswerCode, type YdtFrame } from '../../ydt1363/index.ts';
import { belongs, isMaster, OLD_DIALECT, questionTo } from './address.ts';
import type { GroupDefinition, Message, PylontechDefinition } from './definition.ts';
import { PACKS, valuesOf } from './values.ts';

/** How Pylontech fills the frame. Packs ignore VER in a question; all answer with 20h. */
export const DIALECT: Dialect = {
  ver: 0x20,
  cid1: 0x46,
  advice:
    'is the battery on, is the cable in the RS485 port of the master (pins 7 and 8), does switch 1 fit the baud rate ' +
    '(down 115200, up 9600; read at power-up only), and is the group that its switches 2 to 4 select the one asked?',
};

/** COMMAND for all packs of a group. */
export const ALL = 0xff;

/** Asks one pack one thing. */
export function* readMessage(
  group: GroupDefinition,
  message: Message,
  address: number,
  pack: number,
): Exchange<Values> {
  const { adr, command } = questionTo(address, pack);
  const frame = yield* askFrame({
    dialect: DIALECT,
    what: `${message.what} of address ${pack}`,
    adr,
    command: message.command,
    ...(message.asks === 'pack' ? { info: Uint8Array.of(command) } : {}),
  });
  // An answer without COMMAND says nothing of the pack but its ADR.
  return valuesOf(frame, group, message, message.asks === 'pack' ? pack : undefined);
}

/**
 * Asks a group's master for all packs in one answer (42h and 44h). US2000C, US3000C and US5000 are silent, and one
 * owner saw his master go into protection: not for a first question.
 */
export function* readAll(group: GroupDefinition, message: Message, address: number): Exchange<Values> {
  const frame = yield* askFrame({
    dialect: DIALECT,
    what: `${message.what} of all packs behind address ${address}`,
    adr: address,
    command: message.command,
    info: Uint8Array.of(ALL),
  });
  return valuesOf(frame, group, message);
}

/** Questions for a part that a pack may lack, before it is believed to lack it. */
const PART_ATTEMPTS = 2;

/**
 * Reads a group of one pack. Where it has several messages, those that the pack refuses or does not answer are left
 * out: older firmware lacks some. Throws the last fault when none was answered.
 * @param lacking messages on which the pack was silent before, though it answered others; added to
 */
export function* readPack(
  group: GroupDefinition,
  address: number,
  pack: number,
  lacking = new Set<string>(),
): Exchange<Values> {
  const [only] = group.messages;
  if (only !== undefined && group.messages.length === 1)
    return yield* readMessage(group, only, address, pack);
  const first = address === OLD_DIALECT ? OLD_DIALECT : pack;
  let record: Values = {};
  let last: Fault | undefined;
  let any = false;
  const silent: string[] = [];
  for (const message of group.messages) {
    if (lacking.has(message.what)) continue;
    // A master answers for its packs, but with its own name; and at ADR 01 only the first can be meant.
    if (message.to === 'master' && !(isMaster(pack) || (first === OLD_DIALECT && pack === OLD_DIALECT)))
      continue;
    for (let attempt = 1; attempt <= PART_ATTEMPTS; attempt++) {
      try {
        const values = yield* readMessage(group, message, address, pack);
        record = { ...record, ...recordsIn(values, PACKS)[0] };
        any = true;
        break;
      } catch (error) {
        if (!(error instanceof Fault) || !lacksIt(error)) throw error;
        last = error;
        if (error.code === 'refused') break;
        if (attempt === PART_ATTEMPTS) silent.push(message.what);
      }
    }
  }
  if (!any) throw last ?? new Fault('config', 'a group without messages');
  for (const what of silent) lacking.add(what);
  return { [PACKS]: [{ ...record, address: pack }] };
}

/** Whether a pack lacks a message: it says so, or nothing at all is heard. */
function lacksIt({ code, evidence }: Fault): boolean {
  return code === 'refused' || (code === 'timeout' && evidence?.receivedBytes === 0);
}

/** Hears the next answer that belongs to a group of values, whoever asked. */
export function* overhear(
  definition: PylontechDefinition,
  address: number,
): Exchange<{ readonly group: string; readonly values: Values }> {
  let question: YdtFrame | undefined;
  let heard: { readonly group: string; readonly values: Values } | undefined;
  yield* listen<YdtFrame>({
    what: `an answer from address ${address} to somebody else's question`,
    framing,
    accept: (frame) => {
      const asked = question;
      question = isAnswerCode(frame.code) ? undefined : frame;
      if (frame.code !== 0 || frame.cid1 !== DIALECT.cid1 || !belongs(frame.adr, address)) return 'skip';
      const found = recognise(definition, frame, asked?.adr === frame.adr ? asked.code : undefined);
      if (found === undefined) return 'skip';
      heard = { group: found.name, values: found.values };
      return 'take';
    },
    diagnose: ({ bytes }) =>
      bytes === 0
        ? 'packs never talk by themselves: listening needs an inverter (or another master) that asks them; without one, poll'
        : 'something is on the line, but no answer of a pack: is the baud rate right?',
  });
  if (heard === undefined) throw new Fault('format', 'nothing was taken');
  return heard;
}

/** An answer, and what it turned out to be. */
export interface Recognised {
  readonly name: string;
  readonly group: GroupDefinition;
  readonly message: Message;
  readonly values: Values;
}

/**
 * Which message an answer carries, since it does not say: the one asked for, where the question was heard; else the
 * one whose layout it fits, one without bytes left over first.
 */
export function recognise(
  definition: PylontechDefinition,
  frame: YdtFrame,
  command?: number,
): Recognised | undefined {
  const all = Object.entries(definition.groups).flatMap(([name, group]) =>
    group.messages.map((message) => ({ name, group, message })),
  );
  const known = all.filter(({ message }) => message.command === command);
  const fitting = (known.length > 0 ? known : all).flatMap((one) => {
    try {
      return [{ ...one, values: valuesOf(frame, one.group, one.message) }];
    } catch (error) {
      if (error instanceof Fault) return [];
      throw error;
    }
  });
  const hasTail = ({ values }: Recognised): boolean =>
    recordsIn(values, PACKS).some((pack) =>
      Object.entries(pack).some(([name, value]) => name.endsWith('unknown_tail') && value !== undefined),
    );
  return fitting.find((one) => !hasTail(one)) ?? fitting[0];
}
