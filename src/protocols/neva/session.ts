import type { PasswordMemory } from '../../core/device.ts';
import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import {
  type IdentificationMessage,
  passwordGuard,
  type PasswordGuard,
  programming,
  type ReaderOptions,
  type Session,
  startsFrom,
} from '../../iec62056/index.ts';
import type { Dialect, NevaDefinition } from './definition.ts';

/** What was learnt of a meter at an address, kept between sessions so that it need not be found out again. */
export interface Memory {
  /** Identification line of the last session. */
  identification: string;
  /** Codes that it does not have. */
  readonly unsupported: Set<string>;
  /** Baud rate at which it answered the sign-on. */
  start: number | undefined;
  readonly guard: PasswordGuard;
}

/** What was learnt of the meters behind one device. */
export interface Memories {
  readonly byAddress: Map<number, Memory>;
  /** What is known of the password. */
  readonly passwords?: PasswordMemory;
}

/** How a meter is reached. */
export interface Access {
  /** Eight characters. Left out: `00000000`, or none in the new dialect. */
  readonly password?: string;
  /** Baud rate of the sign-on. Left out: 9600, then 300, what worked last first. */
  readonly start?: number;
  /** Baud rate that is tried first, as a run before found it out. */
  readonly first?: number;
  /** The line's baud rate is left alone. */
  readonly fixed?: number;
}

/** Rates of a sign-on: RS485, RS232, modem and the like at 9600, optical heads at 300 (user guide). */
const STARTS = [9600, 300] as const;

/** Factory setting of both passwords (user guide). */
const FACTORY_PASSWORD = '00000000';

/**
 * Times on Neva meters in milliseconds. They announce the standard's 200 ms of reaction (`TPC`), but answer the 20 ms
 * that everybody takes (wb-mqtt-serial); P0 came 629 ms behind the option select (log of an MT324), a read on an optical
 * head after 300 (vendor's log).
 */
const TIMES = { reaction: 20, beforeSignOn: 20, response: 1500, gap: 300 } as const;

/** The dialect that an identification announces: MT124.71 meters speak the new one (slacky1965, toluol2005). */
export function dialectOf(identification: string): Dialect {
  return /MT\d{3}\.71/.test(identification) ? 'new' : 'classic';
}

/** The network address of a meter as it is sent: 8 digits, none for 0. */
export function networkAddress(address: number): string {
  return address === 0 ? '' : String(address).padStart(8, '0');
}

/** The memory of an address, made when there is none. */
export function memoryOf({ byAddress, passwords }: Memories, address: number): Memory {
  const known = byAddress.get(address);
  if (known !== undefined) return known;
  const fresh: Memory = {
    identification: '',
    unsupported: new Set(),
    start: undefined,
    guard: passwordGuard(passwords),
  };
  byAddress.set(address, fresh);
  return fresh;
}

/**
 * Signs on, proves who we are, checks that it is a meter of this kind, does the work, and ends the session. Throws a
 * `format` fault when another kind of meter answers.
 */
export function* session<R>(
  definition: Pick<NevaDefinition, 'begins' | 'id'>,
  address: number,
  access: Access,
  memory: Memory,
  work: (session: Session, dialect: Dialect) => Exchange<R>,
): Exchange<R> {
  const { guard } = memory;
  const whole = programming(options(address, access, memory), function* (open) {
    guard.accepted();
    const { identification } = open;
    expectKind(definition, identification);
    if (memory.identification !== identification.text) {
      memory.identification = identification.text;
      memory.unsupported.clear();
    }
    memory.start = open.startBaud;
    return yield* work(open, dialectOf(identification.text));
  });
  return yield* guard.protects(whole);
}

/** What the reader of the library is told. */
export function options(address: number, access: Access, memory: Memory): ReaderOptions {
  const start =
    access.start === undefined ? startsFrom(STARTS, memory.start ?? access.first) : [access.start];
  return {
    address: networkAddress(address),
    check: 'xor',
    baud:
      access.fixed === undefined ? { policy: 'negotiate', start } : { policy: 'fixed', baud: access.fixed },
    credentials: {
      level: 'P1',
      password: ({ text }) => access.password ?? (dialectOf(text) === 'new' ? '' : FACTORY_PASSWORD),
    },
    isError: (text) => /^\d{1,2}$/.test(text),
    timings: TIMES,
  };
}

function expectKind(
  { begins, id }: Pick<NevaDefinition, 'begins' | 'id'>,
  found: IdentificationMessage,
): void {
  if (found.ident.startsWith(begins)) return;
  const kind = found.ident.startsWith('NEVA') ? 'another kind of Neva meter' : 'no Neva meter';
  throw new Fault('format', `/${found.text} is ${kind}: ${id} identifies itself as ${begins}...`, {
    hint: found.enhanced.includes('2')
      ? 'it offers mode E, so it may speak DLMS (SPODES), which newer meters do and busbar does not'
      : found.ident.startsWith('NEVA')
        ? 'say --device neva, and the kind is told by the identification'
        : 'look for the device id of its maker: busbar devices',
  });
}
