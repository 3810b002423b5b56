import { layoutText } from '../../codec/index.ts';
import type { Access as AccessOf, Device, Gathering, Group, PasswordMemory } from '../../core/device.ts';
import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import { derivedFields, type Field, fieldsOf, infoOf } from '../../core/field.ts';
import { baudOf, line } from '../../core/line.ts';
import { nearest } from '../../core/nearest.ts';
import type { Values } from '../../core/snapshot.ts';
import { busTiming, Refusal, type Session } from '../../iec62056/index.ts';
import { archivesOf } from './archives.ts';
import {
  type Dialect,
  type GroupDefinition,
  groupsOf,
  type NevaDefinition,
  type Register,
} from './definition.ts';
import { anonymise, inspector } from './inspect.ts';
import { profileReading } from './profile-read.ts';
import { readGroup } from './read.ts';
import { type Access, type Memories, memoryOf, session } from './session.ts';
import { station } from './station.ts';
import { textOf } from './words.ts';
import { writable } from './write.ts';

/** 0 is whoever hears; network addresses have eight digits (user guide: 00000001 to 99999999). */
const ADDRESSES = { lowest: 0, highest: 99_999_999, usual: 0, runs: [[0]], zero: 'whoever' } as const;

/** Milliseconds for all groups at 9600 baud with the slowest turnaround seen, and as much again for repeats. */
const LONGEST = 60_000;

/** What a user may say about the way to a meter. */
const SETTINGS: Readonly<Record<string, string>> = {
  password: 'eight characters; left out: 00000000, or none where the model has none',
  start: 'baud rate of the sign-on; left out: 9600, then 300 (optical heads)',
  first: 'baud rate of the sign-on that is tried first',
  fixed: 'baud rate that a converter is set to: it is never changed',
};

/** Makes a device of this protocol from its definition. */
export function neva(definition: NevaDefinition, access: Access = {}, passwords?: PasswordMemory): Device {
  const memories: Memories = { byAddress: new Map(), ...(passwords === undefined ? {} : { passwords }) };
  const open = <R>(address: number, work: (of: Session, dialect: Dialect) => Exchange<R>): Exchange<R> =>
    session(definition, address, access, memoryOf(memories, address), work);
  return {
    id: definition.id,
    title: definition.title,
    vendor: 'Taipit',
    protocol: 'neva',
    family: 'neva',
    models: definition.models,
    remarks: definition.remarks,
    line: line(access.fixed ?? access.start ?? 9600, '7E1'),
    timing: { ...busTiming({ gap: 300, reaction: 20 }), attempts: 2 },
    addresses: ADDRESSES,
    groups: groupsOf(definition).map(([name, group]) => ({
      ...shown(name, group),
      read: (address) => readOne(definition, access, memories, address, name),
    })),
    together: (address, names) => together(definition, access, memories, address, names),
    profile: (address, wanted) =>
      profileReading(definition, memoryOf(memories, address), (work) => open(address, work), wanted),
    archives: (readings) => archivesOf(definition, readings),
    longest: LONGEST,
    access: accessOf(definition, memories),
    writables: Object.entries(definition.writes).map(([name, write]) => writable(name, write, open)),
    probe: (address) => open(address, ({ identification }) => identified(identification.text)),
    inspector: () => inspector(definition),
    station: (options) => station(definition, options),
    masters: {},
    formats: {},
    anonymise: (frame) => anonymise(definition, frame),
  };
}

// eslint-disable-next-line require-yield -- an exchange in which nothing more is asked
function* identified(identification: string): Exchange<Values> {
  return { identification };
}

function accessOf(definition: NevaDefinition, memories: Memories): AccessOf {
  return {
    settings: SETTINGS,
    learnt: (address) => {
      const start = memories.byAddress.get(address)?.start;
      return start === undefined ? {} : { first: String(start) };
    },
    through: ({ password, start, first, fixed, ...others }, passwords) => {
      const [stranger] = Object.keys(others);
      if (stranger !== undefined) {
        const close = nearest(stranger, Object.keys(SETTINGS));
        throw new Fault(
          'config',
          `${definition.id} has no setting '${stranger}'${close === undefined ? '' : `: did you mean '${close}'?`} It has ${Object.keys(SETTINGS).join(', ')}`,
        );
      }
      if (password !== undefined && !/^[ -'+-.0-~]{0,32}$/.test(password)) {
        throw new Fault(
          'config',
          'the password has characters that cannot be sent: ( ) * and / are not possible',
        );
      }
      const wanted: Access = {
        ...(password === undefined ? {} : { password }),
        ...(start === undefined ? {} : { start: baudOf(start) }),
        ...(first === undefined ? {} : { first: baudOf(first) }),
        ...(fixed === undefined ? {} : { fixed: baudOf(fixed) }),
      };
      return neva(definition, wanted, passwords);
    },
  };
}

/** What the catalogue shows of a group. */
function shown(name: string, group: GroupDefinition): Omit<Group, 'read'> {
  const identification: Field = {
    name: 'identification',
    title: 'Identification',
    quantity: 'text',
    kind: 'identity',
    source: 'answer to the sign-on',
  };
  return {
    name,
    title: group.title,
    period: group.period,
    fields: [
      ...(group.identified === true ? [identification] : []),
      ...unique(group.registers.flatMap(fieldsIn)),
      ...derivedFields(group.derived),
    ],
    derived: group.derived,
  };
}

/** A field that two dialects send in different registers is one field. */
function unique(fields: readonly Field[]): Field[] {
  return fields.filter((field, index) => fields.findIndex((one) => one.name === field.name) === index);
}

function fieldsIn(register: Register): Field[] {
  const { list, codes, body } = register;
  const [first = ''] = codes;
  if (list === undefined) return fieldsOf(body.layout, (layout) => `${first}: ${layoutText(layout)}`);
  const { name, index, indexTitle, stamp } = list;
  const place: Field = {
    name: index,
    title: indexTitle,
    quantity: 'count',
    kind: 'identity',
    source: 'place in the row',
  };
  const taken: Field[] =
    stamp === undefined
      ? []
      : [
          {
            name: stamp.name,
            title: stamp.title,
            quantity: 'time',
            kind: 'identity',
            source: "the meter's date less the place",
          },
        ];
  return [
    {
      ...infoOf(list),
      name,
      source: `${first} to ${codes.at(-1) ?? first}`,
      items: [place, ...fieldsOf(body.layout, layoutText), ...taken],
    },
  ];
}

/** Reads one group in a session of its own. */
function* readOne(
  definition: NevaDefinition,
  access: Access,
  memories: Memories,
  address: number,
  name: string,
): Exchange<Values> {
  const gathering = together(definition, access, memories, address, [name]);
  yield* gathering.exchange();
  const brought = gathering.sofar()[name];
  if (brought === undefined || brought instanceof Fault) {
    throw brought ?? new Fault('config', `${definition.id} has no group '${name}'`);
  }
  return brought;
}

/**
 * Reads groups in one session. The identification line has no block check, so before it is shown it must have been
 * seen twice: in this session and in one before, or in a second one made for that.
 */
function together(
  definition: NevaDefinition,
  access: Access,
  memories: Memories,
  address: number,
  names: readonly string[],
): Gathering {
  const wanted = groupsOf(definition).filter(([name]) => names.includes(name));
  const brought: Record<string, Values | Fault> = {};
  const memory = memoryOf(memories, address);
  const missing = (): typeof wanted => wanted.filter(([name]) => brought[name] === undefined);
  return {
    *exchange() {
      const before = memory.identification;
      const seen = yield* session(definition, address, access, memory, function* (open, dialect) {
        for (const [name, group] of missing()) {
          try {
            brought[name] = yield* readGroup(open, memory, group, dialect);
          } catch (error) {
            if (!(error instanceof Refusal) || error.objection !== 'error') throw error;
            brought[name] = error;
          }
        }
        return open.identification.text;
      });
      if (before === seen || !wanted.some(([, group]) => group.identified === true)) return;
      const again = yield* session(definition, address, access, memory, (open) =>
        identified(open.identification.text),
      );
      if (again.identification === seen) return;
      for (const [name] of wanted) Reflect.deleteProperty(brought, name);
      throw new Fault(
        'format',
        `the meter identified itself as /${seen}, then as /${textOf(again.identification)}`,
      );
    },
    sofar: () => brought,
  };
}
