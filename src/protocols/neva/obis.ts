import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import {
  commandBytes,
  programming,
  type ReaderOptions,
  Refusal,
  type Session,
  passwordGuard,
} from '../../iec62056/index.ts';
import { wireCode } from './code.ts';
import { options as nevaOptions } from './session.ts';

/** Raw access to single registers by their codes, of Neva meters and of others that read and write so. */
export interface ObisAccess {
  /** As it is sent; empty: whoever hears. */
  readonly address: string;
  /** Left out: what Neva meters leave the factory with. */
  readonly password?: string;
  /** Baud rate of the sign-on. Left out: 9600, then 300. */
  readonly start?: number;
}

/** What one register said. */
export interface ObisAnswer {
  /** As it was asked for. */
  readonly asked: string;
  /** As it went over the line. */
  readonly code: string;
  /** What stood between the first brackets; undefined when the meter said no. */
  readonly value?: string;
  /** All that stood in the answer, where it was more. */
  readonly text?: string;
  /** What the meter said instead: the text of its error answer, or `nak`. */
  readonly error?: string;
}

/** What became of a write. */
export interface ObisWrite {
  readonly code: string;
  readonly before: string | undefined;
  readonly written: string;
  readonly after: string | undefined;
}

/** A code with an argument for its brackets: `0F.08.80*FF(S)`. */
const ASKED = /^([^()]+)(?:\(([^()]*)\))?$/;

/** The identification of the meter, and what each register said. A register that is refused does not end it. */
export function* readCodes(
  access: ObisAccess,
  asked: readonly string[],
): Exchange<{ readonly identification: string; readonly answers: readonly ObisAnswer[] }> {
  return yield* programming(reader(access), function* (session) {
    const answers: ObisAnswer[] = [];
    for (const one of asked) {
      const { code, argument } = codeFor(session, one);
      answers.push({ asked: one, code, ...(yield* ask(session, code, argument)) });
    }
    return { identification: session.identification.text, answers };
  });
}

/** Registers with the serial number: Neva's, Energomera's, and those of lists (`0-0:96.1.0`). */
const SERIAL_NUMBERS = ['SNUMB', 'C.1.0', '96.1.0', '0-0:96.1.0*255'];

/** The serial number of the meter at this address. Throws `format` for a meter that does not tell it. */
export function* serialNumber(access: ObisAccess): Exchange<string> {
  return yield* programming(reader(access), function* (session) {
    const { ident, text } = session.identification;
    for (const code of ident.startsWith('NEVA') ? ['600100FF'] : SERIAL_NUMBERS) {
      const { value } = yield* ask(session, code, '');
      if (value !== undefined) return value.trim();
    }
    throw new Fault('format', `the meter /${text} does not tell its serial number`);
  });
}

/** Writes one register, between two reads of it in the same session. */
export function* writeCode(access: ObisAccess, asked: string, value: string): Exchange<ObisWrite> {
  return yield* programming(reader(access), function* (session) {
    const { code } = codeFor(session, asked);
    const before = yield* ask(session, code, '');
    yield* session.write(code, value);
    const after = yield* ask(session, code, '');
    return { code, before: before.value, written: value, after: after.value };
  });
}

/** The frame that a write sends, to be looked at: a Neva code is meant where it can be one. Throws `config`. */
export function writeFrame(asked: string, value: string): Uint8Array {
  return commandBytes('W1', `${plainCode(asked, true).code}(${value})`, 'xor');
}

/** Checks a code before anything is sent. Throws `config` for what no meter could be asked. */
export function checkCode(asked: string): void {
  plainCode(asked, false);
}

function* ask(
  session: Session,
  code: string,
  argument: string,
): Exchange<Pick<ObisAnswer, 'value' | 'text' | 'error'>> {
  try {
    const { sets, text } = yield* session.read(code, { argument });
    const values = sets[0]?.values ?? [];
    const value = /\(([^()]*)\)/.exec(text)?.[1];
    return {
      ...(value === undefined ? {} : { value }),
      ...(sets.length === 1 && values.length === 1 ? {} : { text }),
    };
  } catch (error) {
    if (!(error instanceof Refusal) || (error.objection !== 'error' && error.objection !== 'nak'))
      throw error;
    return { error: error.objection === 'error' ? error.answer : 'nak' };
  }
}

function codeFor(session: Session, asked: string): { readonly code: string; readonly argument: string } {
  return plainCode(asked, session.identification.ident.startsWith('NEVA'));
}

/** Neva meters want eight hexadecimal digits, others the code as it stands. */
function plainCode(asked: string, neva: boolean): { readonly code: string; readonly argument: string } {
  const [, code, argument = ''] = ASKED.exec(asked.trim()) ?? [];
  if (code === undefined || !/^[!-'*-~]{1,32}$/.test(code)) {
    throw new Fault('config', `'${asked}' is no code: expected e.g. 60.01.04*FF, 1-0:32.7.0*255 or 1.8.0`);
  }
  return { code: neva ? wireCode(code) : code, argument };
}

function reader(access: ObisAccess): ReaderOptions {
  const { address, password, start } = access;
  const memory = {
    identification: '',
    unsupported: new Set<string>(),
    start: undefined,
    guard: passwordGuard(),
  };
  const common = nevaOptions(
    0,
    { ...(password === undefined ? {} : { password }), ...(start === undefined ? {} : { start }) },
    memory,
  );
  return { ...common, address, check: 'auto' };
}
