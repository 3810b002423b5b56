import { ascii } from '../core/bytetext.ts';
import { Fault } from '../core/fault.ts';
import { type BlockCheck, blockCheck, type ProvingCheck } from './bcc.ts';
import { ACK, EOT, ETX, NAK, SOH, STX } from './characters.ts';

/** Everything that can stand on the line, as the framing finds it (6.3). */
export type Message =
  | RequestMessage
  | IdentificationMessage
  | OptionMessage
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | CommandMessage
  | DataMessage
  | ListMessage
  /** B0 or B1: the sender ends the session. Its block check is never judged (YTL meters get it wrong). */
  | { readonly kind: 'break'; readonly type: string };

/** The sign-on `/?address!`. */
export interface RequestMessage {
  readonly kind: 'request';
  /** Device address, up to 32 of 0-9 A-Z a-z and space; empty: whoever hears it. */
  readonly address: string;
  /** True when a command follows in place of the line end: the session-less read of Energomera. */
  readonly glued: boolean;
}

/** The meter's answer to the sign-on: `/XXXZ\Wident`. */
export interface IdentificationMessage {
  readonly kind: 'identification';
  /** FLAG identification of the manufacturer, three letters. */
  readonly manufacturer: string;
  /** Baud rate character Z. */
  readonly baud: string;
  /** Characters behind backslashes; `2` offers mode E, binary DLMS/HDLC. Empty: none. */
  readonly enhanced: string;
  /** The manufacturer's identification without what stands behind backslashes. */
  readonly ident: string;
  /** The whole line without `/` and line end. */
  readonly text: string;
  /** Milliseconds after which the meter is ready for the next message: 20 when the third letter is lower case, else 200. */
  readonly reaction: 20 | 200;
}

/** Acknowledgement with option select: ACK V Z Y. */
export interface OptionMessage {
  readonly kind: 'option';
  /** Protocol control V: `0` normal, `1` secondary, `2` HDLC. */
  readonly protocol: string;
  /** Baud rate character Z that the reader wants. */
  readonly baud: string;
  /** Mode control Y: `0` readout, `1` programming, `2` binary, `6` to `9` the manufacturer's. */
  readonly mode: string;
}

/** What is common to messages with a block check. */
interface Checked {
  /** The characters between STX and ETX or EOT. */
  readonly text: string;
  /** True when it ended with EOT: more parts follow. */
  readonly more: boolean;
  /** The block checks that the message fits; empty when none was asked for. */
  readonly fits: readonly ProvingCheck[];
}

/** A programming command SOH C D [STX text] ETX BCC; also P0, which the meter sends. */
export interface CommandMessage extends Checked {
  readonly kind: 'command';
  /** Command letter and type digit: `R1`. */
  readonly command: string;
}

/** Data from the meter: STX text ETX BCC. */
export interface DataMessage extends Checked {
  readonly kind: 'data';
}

/** A readout without STX, ETX and block check, closed by `!` (modes A and D). */
export interface ListMessage {
  readonly kind: 'list';
  /** The lines in front of the `!`. */
  readonly text: string;
  /** Hexadecimal digits behind the `!`: the CRC of DSMR meters. Mostly empty. */
  readonly sum: string;
}

/** The single characters ACK and NAK as messages. */
export const ACKNOWLEDGED: Uint8Array = Uint8Array.of(ACK);
export const REPEAT: Uint8Array = Uint8Array.of(NAK);

/** Checks what somebody wants to send between the brackets of the protocol. Throws a `config` fault. */
function sendable(what: string, text: string, pattern: RegExp): string {
  if (!pattern.test(text)) throw new Fault('config', `${what} '${text}' has characters that cannot be sent`);
  return text;
}

/** The sign-on: `/?address!` CR LF (6.3.1). Throws `config` for an address that the standard has no room for. */
export function requestBytes(address = ''): Uint8Array {
  return ascii(`/?${sendable('address', address, /^[0-9A-Za-z ]{0,32}$/)}!\r\n`);
}

/** An identification line (6.3.2): `identificationBytes('TPC5NEVAMT324.2303')`. */
export function identificationBytes(text: string): Uint8Array {
  return ascii(`/${sendable('identification', text, /^[ -.0-~]{4,64}$/)}\r\n`);
}

/** ACK V Z Y CR LF (6.3.3). */
export function optionBytes(protocol: string, baud: string, mode: string): Uint8Array {
  return ascii(`\x06${sendable('option', protocol + baud + mode, /^[ -~]{3}$/)}\r\n`);
}

/** Closes what stands behind the first SOH or STX by ETX (or EOT when more follows) and the block check. */
function closed(body: string, check: BlockCheck, more: boolean): Uint8Array {
  const bytes = ascii(`${body}${String.fromCharCode(more ? EOT : ETX)}\0`);
  bytes[bytes.length - 1] = blockCheck(check, bytes, 1, bytes.length - 1);
  return bytes;
}

/**
 * A programming command (6.3.4): `commandBytes('R1', '600104FF()', 'xor')`. With `more` it ends with EOT.
 * Throws `config` for a command or characters that cannot be sent.
 */
export function commandBytes(command: string, text: string, check: BlockCheck, more = false): Uint8Array {
  sendable('command', command, /^[A-Z]\d$/);
  return closed(
    `${String.fromCharCode(SOH)}${command}${String.fromCharCode(STX)}${sendable('text', text, /^[ -~\r\n]*$/)}`,
    check,
    more,
  );
}

/** Data as a meter sends it (6.3.5); an error answer is data of the form `(text)`. */
export function dataBytes(text: string, check: BlockCheck, more = false): Uint8Array {
  return closed(String.fromCharCode(STX) + sendable('text', text, /^[ -~\r\n]*$/), check, more);
}

/** A readout without STX, ETX and block check: lines and `!` (modes A and D). */
export function listBytes(text: string): Uint8Array {
  return ascii(`${sendable('text', text, /^[ -~\r\n]*$/)}!\r\n`);
}

/** Break, the end of a session (6.3.6): SOH B 0 ETX BCC, without STX. */
export function breakBytes(check: BlockCheck): Uint8Array {
  return closed(`${String.fromCharCode(SOH)}B0`, check, false);
}

/** Takes an identification line apart; `text` is what stands between `/` and the line end. */
export function identificationOf(text: string): IdentificationMessage {
  let at = 4;
  let enhanced = '';
  for (; text.charAt(at) === '\\' && at + 1 < text.length; at += 2) enhanced += text.charAt(at + 1);
  return {
    kind: 'identification',
    manufacturer: text.slice(0, 3),
    baud: text.charAt(3),
    enhanced,
    ident: text.slice(at),
    text,
    reaction: /[a-z]/.test(text.charAt(2)) ? 20 : 200,
  };
}
