import type { Line } from '../core/line.ts';
import { OPTION, telnetSubnegotiation } from './telnet.ts';

/**
 * The COM-PORT-OPTION of RFC 2217: what travels inside a telnet subnegotiation of option 44. A server answers each
 * command with the same code plus 100 and the value that is in force now.
 */

/** Command codes as the client sends them (RFC 2217 section 2). */
export const COM = {
  SIGNATURE: 0,
  SET_BAUDRATE: 1,
  SET_DATASIZE: 2,
  SET_PARITY: 3,
  SET_STOPSIZE: 4,
  SET_CONTROL: 5,
  NOTIFY_LINESTATE: 6,
  NOTIFY_MODEMSTATE: 7,
  FLOWCONTROL_SUSPEND: 8,
  FLOWCONTROL_RESUME: 9,
  SET_LINESTATE_MASK: 10,
  SET_MODEMSTATE_MASK: 11,
  PURGE_DATA: 12,
} as const;

/** What a server adds to a command's code in its answer (RFC 2217 section 2). */
export const SERVER = 100;

/** Values of PURGE-DATA (RFC 2217 section 3). */
export const PURGE = { RECEIVE: 1, TRANSMIT: 2, BOTH: 3 } as const;

const PARITIES = { none: 1, odd: 2, even: 3 } as const; // RFC 2217 section 3, SET-PARITY

/** A whole subnegotiation with a value of one byte. */
export function comPort(command: number, value: number): Uint8Array {
  return telnetSubnegotiation(OPTION.COM_PORT, Uint8Array.of(command, value));
}

/** A whole subnegotiation with a 32-bit value, most significant byte first, as SET-BAUDRATE has it. */
export function comPortLong(command: number, value: number): Uint8Array {
  return telnetSubnegotiation(
    OPTION.COM_PORT,
    Uint8Array.of(command, (value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255),
  );
}

/** One setting of a line as a command and its value. */
export interface ComSetting {
  readonly command: number;
  readonly value: number;
  /** Its name in messages. */
  readonly name: string;
}

/** The four commands that put a line in force. */
export function comSettings(line: Line): readonly ComSetting[] {
  return [
    { command: COM.SET_BAUDRATE, value: line.baud, name: 'baud rate' },
    { command: COM.SET_DATASIZE, value: line.dataBits, name: 'data bits' },
    { command: COM.SET_PARITY, value: PARITIES[line.parity], name: 'parity (1 none, 2 odd, 3 even)' },
    { command: COM.SET_STOPSIZE, value: line.stopBits, name: 'stop bits' },
  ];
}

/** The subnegotiation that sends a setting, as client or, with `SERVER` added to its command, as server. */
export function comSettingBytes(setting: Pick<ComSetting, 'command' | 'value'>): Uint8Array {
  const isLong = setting.command % SERVER === COM.SET_BAUDRATE;
  return isLong ? comPortLong(setting.command, setting.value) : comPort(setting.command, setting.value);
}

/** Command and value of a received subnegotiation; undefined for one of the wrong length. */
export function readComPort(
  bytes: Uint8Array,
): { readonly command: number; readonly value: number } | undefined {
  const command = bytes[0];
  if (command === undefined) return undefined;
  if (command === COM.SIGNATURE) return { command, value: 0 }; // its text, or the lack of it, is no number
  const wanted = command % SERVER === COM.SET_BAUDRATE ? 5 : 2;
  if (bytes.length < wanted) return undefined;
  let value = 0;
  for (const byte of bytes.subarray(1, wanted)) value = value * 256 + byte;
  return { command, value };
}

/** The line after a client's command; undefined when the value is out of range or asks only for the present one (0). */
export function lineAfter(line: Line, command: number, value: number): Line | undefined {
  switch (command) {
    case COM.SET_BAUDRATE:
      return value >= 50 && value <= 4_000_000 ? { ...line, baud: value } : undefined;
    case COM.SET_DATASIZE:
      return value === 7 || value === 8 ? { ...line, dataBits: value } : undefined;
    case COM.SET_PARITY: {
      const parity = (['none', 'odd', 'even'] as const).find((name) => PARITIES[name] === value);
      return parity === undefined ? undefined : { ...line, parity };
    }
    case COM.SET_STOPSIZE:
      return value === 1 || value === 2 ? { ...line, stopBits: value } : undefined;
    default:
      return undefined;
  }
}
