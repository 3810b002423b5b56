import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import {
  type BlockCheck,
  type DataSet,
  fastRead,
  groupOf,
  type IdentificationMessage,
  optionsOf,
  type PasswordGuard,
  programming,
  type ReaderOptions,
  type ReadCommand,
  readout,
  type ReadoutOptions,
  Refusal,
  type Session,
  startsFrom,
} from '../../iec62056/index.ts';
import type { GroupDefinition, MeterDefinition } from './definition.ts';

/** What was learnt of a meter at an address, kept between sessions so that it need not be found out again. */
export interface Memory {
  /** Identification line of the last session. */
  identification: string;
  /** Registers that it does not have. */
  readonly unsupported: Set<string>;
  /** Baud rate at which it answered the sign-on. */
  start: number | undefined;
  readonly guard: PasswordGuard;
}

/** How a meter is reached. */
export interface Access {
  /** Left out: that of the profile, or none. */
  readonly password?: string;
  /** Address as it is sent, where it is no number. */
  readonly address?: string;
  /** Baud rate of the sign-on. Left out: those of the definition, what worked last first. */
  readonly start?: number;
  /** Baud rate that is tried first. */
  readonly first?: number;
  /** The line's baud rate is left alone. */
  readonly fixed?: number;
  readonly check?: BlockCheck;
  /** Registers that are read one by one instead of the list. */
  readonly registers?: readonly string[];
  /** How those are asked. Left out: `R1`. */
  readonly command?: ReadCommand;
  /** Which list. Left out: `0`. */
  readonly list?: NonNullable<ReadoutOptions['list']>;
  /** True: registers are read without a session. */
  readonly sessionless?: boolean;
  /** True: nothing more is said where nobody answered the sign-on. */
  readonly quiet?: boolean;
}

/** What one dialogue brought. */
export interface Heard {
  readonly sets: readonly DataSet[];
  /** Undefined where there was no sign-on. */
  readonly identification: string | undefined;
}

/** What the reader of the library is told. */
export function options(
  definition: MeterDefinition,
  address: number,
  access: Access,
  memory: Memory,
): ReaderOptions {
  const { profile, starts, timings } = definition;
  const { password, fixed } = access;
  const start =
    access.start === undefined ? startsFrom(starts, memory.start ?? access.first) : [access.start];
  return optionsOf(profile, {
    address: access.address ?? (address === 0 ? '' : String(address)),
    baud: fixed === undefined ? { policy: 'negotiate', start } : { policy: 'fixed', baud: fixed },
    ...(access.check === undefined ? {} : { check: access.check }),
    ...(password === undefined ? {} : { credentials: { level: 'P1', password } }),
    ...(access.quiet === true ? { breakAfterSilence: false } : {}),
    timings,
    onIdentified: (identification) => expectMaker(definition, identification),
  });
}

/** Refuses a meter of another maker where the definition names its own. */
function expectMaker(
  { profile, id }: MeterDefinition,
  { text, manufacturer, enhanced }: IdentificationMessage,
): void {
  if (profile.manufacturers.length === 0 || profile.manufacturers.includes(manufacturer)) return;
  throw new Fault('format', `/${text} is no meter of ${profile.title}`, {
    hint: enhanced.includes('2')
      ? 'it offers mode E: it may speak DLMS (SPODES), which newer meters do and busbar does not'
      : `${id} identifies itself with ${profile.manufacturers.join(' or ')}; --device iec62056 reads any meter with a list`,
  });
}

/** Notes who it is and how it was reached. */
function note(memory: Memory, { text }: IdentificationMessage, start: number): void {
  if (memory.identification !== text) memory.unsupported.clear();
  memory.identification = text;
  memory.start = start;
}

/** Registers of a group, each once. */
function addressesOf(groups: readonly GroupDefinition[]): string[] {
  return [...new Set(groups.flatMap(({ fields }) => Object.values(fields).map(({ at }) => at)))];
}

/** Everything that some groups need, in one dialogue: a list, registers one by one, or a group without a session. */
export function* hear(
  definition: MeterDefinition,
  address: number,
  access: Access,
  memory: Memory,
  groups: readonly GroupDefinition[],
): Exchange<Heard> {
  const reader = options(definition, address, access, memory);
  if (definition.profile.reading === 'list' && access.registers === undefined) {
    const found = yield* readout({
      ...reader,
      ...(access.list === undefined ? {} : { list: access.list }),
    });
    note(memory, found.identification, found.startBaud);
    return { sets: found.sets, identification: found.identification.text };
  }
  const wanted = (access.registers ?? addressesOf(groups)).filter((one) => !memory.unsupported.has(one));
  if (access.sessionless === true) {
    return { sets: yield* withoutSession(reader, wanted), identification: undefined };
  }
  const whole = programming(reader, function* (session) {
    memory.guard.accepted();
    note(memory, session.identification, session.startBaud);
    const sets: DataSet[] = [];
    for (const one of wanted) {
      sets.push(...(yield* register(session, memory, one, definition.profile.absent, access.command)));
    }
    return { sets, identification: session.identification.text };
  });
  return yield* memory.guard.protects(whole);
}

/** Several registers by one question. What comes must be what was asked. */
function* withoutSession(reader: ReaderOptions, wanted: readonly string[]): Exchange<readonly DataSet[]> {
  const [only = ''] = wanted;
  const text = wanted.length === 1 ? `${only}()` : groupOf(wanted);
  const { sets } = yield* fastRead(reader, text);
  const stranger = sets.find((set) => !wanted.includes(set.address));
  if (stranger !== undefined || sets.length === 0) {
    throw new Fault('format', `R1 ${text}: the answer is that of '${stranger?.address ?? ''}'`);
  }
  return sets;
}

/** One register; none when the meter does not have it, which is then remembered. */
function* register(
  session: Session,
  memory: Memory,
  address: string,
  absent: readonly string[],
  command: ReadCommand = 'R1',
): Exchange<readonly DataSet[]> {
  try {
    const { sets } = yield* session.read(address, { command });
    // Some meters answer with the bracket alone.
    const named = sets.map((set) => (set.address === '' ? { ...set, address } : set));
    const stranger = named.find((set) => set.address !== address);
    if (stranger === undefined && named.length > 0) return named;
    throw new Fault('format', `${command} ${address}: the answer is that of '${stranger?.address ?? ''}'`);
  } catch (error) {
    if (!(error instanceof Refusal) || error.objection !== 'error') throw error;
    if (absent.length > 0 && !absent.includes(error.answer)) throw error;
    memory.unsupported.add(address);
    return [];
  }
}
