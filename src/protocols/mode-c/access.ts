import type { Access as AccessOf, AccessSettings, Device, PasswordMemory } from '../../core/device.ts';
import { Fault } from '../../core/fault.ts';
import { baudOf } from '../../core/line.ts';
import { nearest } from '../../core/nearest.ts';
import type { MeterDefinition } from './definition.ts';
import type { Access } from './session.ts';

/** What can be said about the way to any meter. */
const COMMON: Readonly<Record<string, string>> = {
  password: 'sent as it is; left out: the one from the factory, or none',
  address: 'as it is sent, where it is no number: up to 32 letters, digits and spaces',
  start: 'baud rate of the sign-on; left out: those that such meters use, what worked last first',
  first: 'baud rate of the sign-on that is tried first',
  fixed: 'baud rate that a converter is set to: it is never changed',
};
const OF_LISTS: Readonly<Record<string, string>> = {
  check: 'block check: xor, sum7, none; left out: xor',
  list: '0 (the usual list), or 6 to 9 (lists of the maker)',
  registers: 'read these one by one in a programming session instead of the list: 1.8.0,32.7.0',
  command: 'how registers are asked: R1 to R6; left out: R1',
};
const OF_SESSIONLESS: Readonly<Record<string, string>> = {
  session: 'no: registers are asked without a session, which only some firmwares answer',
};

/** The settings of the meters of a definition, each with its meaning. */
function settingsOf({ profile, sessionless }: MeterDefinition): Readonly<Record<string, string>> {
  return {
    ...COMMON,
    ...(profile.reading === 'list' ? OF_LISTS : {}),
    ...(sessionless === true ? OF_SESSIONLESS : {}),
  };
}

/**
 * How the way to such a meter is adjusted.
 * @param start baud rate at which a meter answered the sign-on
 */
export function accessOf(
  definition: MeterDefinition,
  start: (address: number) => number | undefined,
  make: (access: Access, passwords?: PasswordMemory) => Device,
): AccessOf {
  const settings = settingsOf(definition);
  return {
    settings,
    learnt: (address) => {
      const first = start(address);
      return first === undefined ? {} : { first: String(first) };
    },
    through: (wanted, passwords) => {
      const stranger = Object.keys(wanted).find((name) => !(name in settings));
      if (stranger !== undefined) {
        const close = nearest(stranger, Object.keys(settings));
        throw new Fault(
          'config',
          `${definition.id} has no setting '${stranger}'${close === undefined ? '' : `: did you mean '${close}'?`} It has ${Object.keys(settings).join(', ')}`,
        );
      }
      return make(accessFrom(wanted), passwords);
    },
  };
}

function accessFrom(wanted: AccessSettings): Access {
  const { password, address, start, first, fixed, check, list, registers, command, session } = wanted;
  return {
    ...(password === undefined ? {} : { password: sendable('password', password, /^[ -'+-.0-~]{0,32}$/) }),
    ...(address === undefined ? {} : { address: sendable('address', address, /^[0-9A-Za-z ]{1,32}$/) }),
    ...(start === undefined ? {} : { start: baudOf(start) }),
    ...(first === undefined ? {} : { first: baudOf(first) }),
    ...(fixed === undefined ? {} : { fixed: baudOf(fixed) }),
    ...(check === undefined ? {} : { check: oneOf('check', check, ['xor', 'sum7', 'none'] as const) }),
    ...(list === undefined ? {} : { list: oneOf('list', list, ['0', '6', '7', '8', '9'] as const) }),
    ...(registers === undefined ? {} : { registers: registers.split(',').map(registerOf) }),
    ...(command === undefined
      ? {}
      : { command: oneOf('command', command, ['R1', 'R2', 'R3', 'R4', 'R5', 'R6'] as const) }),
    ...(session === undefined
      ? {}
      : { sessionless: oneOf('session', session, ['no', 'yes'] as const) === 'no' }),
  };
}

function registerOf(written: string): string {
  return sendable('register', written.trim(), /^[!-'*-.0-~]{1,32}$/);
}

function sendable(what: string, written: string, pattern: RegExp): string {
  if (pattern.test(written)) return written;
  throw new Fault('config', `the ${what} has characters that cannot be sent, or too many`);
}

function oneOf<T extends string>(what: string, written: string, known: readonly T[]): T {
  const found = known.find((one) => one === written);
  if (found !== undefined) return found;
  throw new Fault('config', `${what}=${written}: expected one of ${known.join(', ')}`);
}
