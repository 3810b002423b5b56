import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import { type Answer, type Session } from '../../iec62056/index.ts';
import { Refusal } from '../../iec62056/index.ts';
import { type Dialect, type GroupDefinition, type Register, valuesOf } from './definition.ts';
import type { Memory } from './session.ts';
import { textOf } from './words.ts';

/** Error answer of a register that the meter does not have (MT324, wb-mqtt-serial test). */
const UNSUPPORTED = '01';

/**
 * What stands between the brackets of a register; undefined when the meter does not have it, which is then remembered.
 * Throws a `format` fault for the answer of another register, or of several.
 */
export function* readCode(
  session: Session,
  memory: Memory,
  code: string,
  argument = '',
): Exchange<string | undefined> {
  if (memory.unsupported.has(code)) return undefined;
  try {
    return bracketOf(code, yield* session.read(code, argument === '' ? {} : { argument }));
  } catch (error) {
    if (!(error instanceof Refusal) || error.objection !== 'error' || error.answer !== UNSUPPORTED)
      throw error;
    memory.unsupported.add(code);
    return undefined;
  }
}

function bracketOf(code: string, answer: Answer): string {
  const parts = /^([0-9A-F]{8})\(([^()]*)\)$/.exec(answer.text);
  if (parts?.[1] !== code || parts[2] === undefined) {
    throw new Fault('format', `R1 ${code}: '${answer.text.slice(0, 60)}' is not its answer`);
  }
  return parts[2];
}

/** Whether a register is asked in a dialect. */
function spoken(register: Register, dialect: Dialect): boolean {
  return register.dialect === undefined || register.dialect === dialect;
}

/** Reads a group in an open session. */
export function* readGroup(
  session: Session,
  memory: Memory,
  group: GroupDefinition,
  dialect: Dialect,
): Exchange<Values> {
  const values: Record<string, Value | undefined> = {};
  if (group.identified === true) values.identification = session.identification.text;
  for (const register of group.registers.filter((one) => spoken(one, dialect))) {
    if (register.list === undefined) yield* readSingle(session, memory, register, values);
    else values[register.list.name] = yield* readRow(session, memory, register, group, values);
  }
  if (group.dated !== undefined) yield* checkDate(session, memory, group, values);
  return values;
}

function* readSingle(
  session: Session,
  memory: Memory,
  register: Register,
  values: Record<string, Value | undefined>,
): Exchange<void> {
  const [code = ''] = register.codes;
  const written = yield* readCode(session, memory, code, register.argument);
  if (written !== undefined) Object.assign(values, valuesOf(register, code, written));
}

/** A row ends where the meter has no more of it. */
function* readRow(
  session: Session,
  memory: Memory,
  register: Register,
  group: GroupDefinition,
  sofar: Values,
): Exchange<Value[]> {
  const { codes, list } = register;
  const records: Value[] = [];
  if (list === undefined) return records;
  const places = register.wanted?.(sofar) ?? codes.map((_, index) => index + list.first);
  const date = group.dated === undefined ? undefined : sofar[group.dated];
  for (const place of places) {
    const code = codes[place - list.first];
    if (code === undefined) continue;
    const written = yield* readCode(session, memory, code);
    if (written === undefined) break;
    const found = valuesOf(register, code, written)[list.name];
    for (const record of Array.isArray(found) ? (found as readonly Values[]) : []) {
      // `valuesOf` makes records
      const stamp = typeof date === 'string' ? list.stamp?.of(date, place) : undefined;
      records.push(
        list.stamp === undefined || stamp === undefined ? record : stamped(record, list.stamp.name, stamp),
      );
    }
  }
  return records;
}

function stamped(record: Values, name: string, stamp: string): Values {
  return { ...record, [name]: stamp };
}

/** Places are counted from today: when the day changed while reading, nobody knows which day a record is of. */
function* checkDate(
  session: Session,
  memory: Memory,
  group: GroupDefinition,
  values: Values,
): Exchange<void> {
  const register = group.registers.find((one) => one.codes.includes(DATE));
  if (register === undefined) return;
  const again: Record<string, Value | undefined> = {};
  yield* readSingle(session, memory, register, again);
  const name = group.dated ?? '';
  if (again[name] === values[name]) return;
  throw new Fault(
    'format',
    `midnight passed on the meter's clock while its archive was read (${textOf(values[name])}, then ${textOf(again[name])})`,
  );
}

/** Register of the meter's date. */
export const DATE = '000902FF';
/** Register of the meter's time. */
export const TIME = '000901FF';
