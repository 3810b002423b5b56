import type { Device, Gathering, Group, PasswordMemory } from '../../core/device.ts';
import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import type { Field, FieldInfo } from '../../core/field.ts';
import { line } from '../../core/line.ts';
import type { Values } from '../../core/snapshot.ts';
import { busTiming, passwordGuard, pushed } from '../../iec62056/index.ts';
import { accessOf } from './access.ts';
import type { GroupDefinition, MeterDefinition, Place } from './definition.ts';
import { anonymise, inspector } from './inspect.ts';
import { type Access, hear, type Memory } from './session.ts';
import { station } from './station.ts';
import { valuesOf } from './values.ts';

/** 0 is whoever hears; addresses that are no number are said as a setting. Twelve digits are the longest seen. */
const ADDRESSES = { lowest: 0, highest: 999_999_999_999, usual: 0, runs: [[0]], zero: 'whoever' } as const;

/** Milliseconds for a list of 6000 characters at 300 baud, with sign-on and once more for a damaged one. */
const LONGEST = 420_000;
/** Baud rate of meters that send by themselves (IEC 62056-21, 6.4.4: mode D). */
const PUSHED = 2400;
/** Field with the identification line. */
export const IDENTIFICATION = 'identification';

/** Makes a device of this protocol from its definition. */
export function meterDevice(
  definition: MeterDefinition,
  access: Access = {},
  passwords?: PasswordMemory,
): Device {
  const memories = new Map<number, Memory>();
  const memoryOf = (address: number): Memory => {
    const known = memories.get(address);
    if (known !== undefined) return known;
    const fresh: Memory = {
      identification: '',
      unsupported: new Set(),
      start: undefined,
      guard: passwordGuard(passwords),
    };
    memories.set(address, fresh);
    return fresh;
  };
  const joined = definition.profile.reading === 'registers';
  const groups = Object.entries(definition.groups);

  /**
   * Reads groups in one dialogue. The identification line has no block check, so before it is shown it must have been
   * seen twice: in this dialogue and in one before, or in a second one made for that.
   */
  const together = (address: number, names: readonly string[]): Gathering => {
    const wanted = groups.filter(([name]) => names.includes(name));
    const memory = memoryOf(address);
    let brought: Record<string, Values | Fault> = {};
    const once = function* (): Exchange<string | undefined> {
      const heard = yield* hear(
        definition,
        address,
        access,
        memory,
        wanted.map(([, group]) => group),
      );
      for (const [name, group] of wanted) {
        brought[name] = valuesIn(group, heard.identification, () => valuesOf(group, heard.sets, joined));
      }
      return heard.identification;
    };
    return {
      *exchange() {
        const before = memory.identification;
        const seen = yield* once();
        const shown = wanted.some(([, group]) => group.identified === true);
        if (seen === undefined || before === seen || !shown) return;
        const again = yield* once();
        if (again === seen) return;
        brought = {};
        throw new Fault('format', `the meter identified itself as /${seen}, then as /${again ?? ''}`);
      },
      sofar: () => brought,
    };
  };

  return {
    id: definition.id,
    title: definition.title,
    vendor: definition.vendor,
    protocol: definition.id,
    models: definition.models,
    remarks: definition.remarks,
    line: line(access.fixed ?? access.start ?? definition.starts[0] ?? 300, '7E1'),
    timing: { ...busTiming(definition.timings), attempts: 2 },
    addresses: ADDRESSES,
    groups: groups.map(([name, group]) => ({
      ...shown(name, group),
      read: (address) => readOne(together(address, [name]), name),
    })),
    together,
    longest: LONGEST,
    access: accessOf(
      definition,
      (address) => memories.get(address)?.start,
      (other, kept) => meterDevice(definition, other, kept),
    ),
    writables: [],
    ...overheard(definition, access),
    *probe(address) {
      // One rate and no farewell to nobody: a search asks many that are not there.
      const way = { start: definition.starts[0] ?? 300, ...access, quiet: true };
      const { identification = '' } = yield* hear(definition, address, way, memoryOf(address), []);
      return { [IDENTIFICATION]: identification };
    },
    inspector: () => inspector(definition),
    station: (options) => station(definition, options),
    masters: {},
    formats: {},
    anonymise: (frame) => anonymise(definition, frame),
  };
}

/** The values of a group, or the fault in them, which concerns no other group. */
function valuesIn(
  group: GroupDefinition,
  identification: string | undefined,
  read: () => Values,
): Values | Fault {
  try {
    return {
      ...(group.identified === true && identification !== undefined
        ? { [IDENTIFICATION]: identification }
        : {}),
      ...read(),
    };
  } catch (error) {
    if (error instanceof Fault && error.code === 'format') return error;
    throw error;
  }
}

function* readOne(gathering: Gathering, name: string): Exchange<Values> {
  yield* gathering.exchange();
  const brought = gathering.sofar()[name] ?? new Fault('config', `there is no group '${name}'`);
  if (brought instanceof Fault) throw brought;
  return brought;
}

/** Meters of mode D send their list by themselves: it is heard at the rate of the line, which listening never changes. */
function overheard(definition: MeterDefinition, access: Access): Pick<Device, 'overhear'> {
  const found = Object.entries(definition.groups).find(([, { everything }]) => everything !== undefined);
  if (found === undefined) return {};
  const [name, group] = found;
  return {
    *overhear() {
      const { sets } = yield* pushed({
        baud: { policy: 'fixed', baud: access.fixed ?? PUSHED },
        timings: definition.timings,
      });
      return { group: name, values: valuesOf(group, sets, false) };
    },
  };
}

/** What the catalogue shows of a group. */
function shown(name: string, group: GroupDefinition): Omit<Group, 'read'> {
  const { title, period, fields, derived = {}, identified, everything } = group;
  const identification: Field = {
    name: IDENTIFICATION,
    title: 'Identification',
    quantity: 'text',
    kind: 'identity',
    source: 'answer to the sign-on',
  };
  return {
    name,
    title,
    period,
    fields: [
      ...(identified === true ? [identification] : []),
      ...Object.entries(fields).map(([field, place]) => fieldOf(field, place)),
      ...(everything === undefined ? [] : [listField(everything)]),
      ...Object.entries(derived).map(([field, rule]) => ({
        ...infoOf(rule),
        name: field,
        source: rule.formula,
      })),
    ],
    derived,
  };
}

function fieldOf(name: string, place: Place): Field {
  const { at, also = [], bracket = 0 } = place;
  const where = [at, ...also].join(' or ');
  return { ...infoOf(place), name, source: bracket === 0 ? where : `${where}, bracket ${bracket + 1}` };
}

/** What the catalogue shows of a value. */
function infoOf({ title, quantity, kind, role, remark }: FieldInfo): FieldInfo {
  return {
    title,
    quantity,
    kind,
    ...(role === undefined ? {} : { role }),
    ...(remark === undefined ? {} : { remark }),
  };
}

function listField(name: string): Field {
  const text = (field: string, title: string, source: string): Field => ({
    name: field,
    title,
    quantity: 'text',
    kind: 'raw',
    source,
  });
  return {
    ...text(name, 'Everything that the meter sent', 'each data set, in the order of the meter'),
    items: [
      text('address', 'Identification as the meter writes it', 'in front of the bracket'),
      text('name', 'Name, where the identification is an OBIS code that is known', 'IEC 62056-61'),
      text('written', 'What stands between the brackets', 'first bracket'),
      text('unit', 'Unit as printed', 'behind the star'),
      text('more', 'Further brackets, such as the time of a maximum', 'other brackets'),
    ],
  };
}
