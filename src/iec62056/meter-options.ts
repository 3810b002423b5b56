import type { BlockCheck } from './bcc.ts';

/** What a meter's register answers. */
export type Reply =
  /** The value between the brackets behind the address asked. */
  | string
  /** The whole text between STX and ETX, for several brackets, lines or another address. */
  | { readonly text: string }
  /** An error answer with this text. */
  | { readonly error: string }
  /** NAK. */
  | { readonly nak: true }
  /** There is no such register. */
  | undefined;

/** What a command asks of a meter. */
export interface Order {
  /** `R1`, `W5`, `E2`. */
  readonly command: string;
  /** What stands in front of the bracket. */
  readonly address: string;
  /** What stands between the brackets: the argument of a read, the value of a write. */
  readonly value: string;
  /** Whether a password was accepted in this session. */
  readonly authorised: boolean;
}

/** What a meter does when a password is wrong; meters differ. */
export type WrongPassword = 'nak' | 'error' | 'break' | 'silent';

/** A meter to be played. Only the identification is needed. */
export interface MeterOptions {
  /** The identification line without `/` and line end: `TPC5NEVAMT324.2303`. Its fourth character offers the baud rate. */
  readonly identification: string;
  /** Device address; a sign-on without an address is always answered. Leading zeros do not matter. Default empty. */
  readonly address?: string;
  /** Default `xor`. */
  readonly check?: BlockCheck;
  /** Baud rate of the sign-on. Default 300. */
  readonly baud?: number;
  /** True: the rate stays whatever is agreed on, as on RS485. Default false. */
  readonly fixedBaud?: boolean;
  /** What stands between the brackets of P0. Default `00000000`. */
  readonly operand?: string;
  /** The passwords that are right, or a function that tells (P2: the result of the secure algorithm). Default: all are. */
  readonly password?: string | ((word: string, level: 'P1' | 'P2') => boolean);
  /** Default `error`. */
  readonly onWrongPassword?: WrongPassword;
  /** True: registers are read without a password; writing never is. Default false. */
  readonly openReading?: boolean;
  /** Registers: answers a read. Default: none exist. */
  readonly get?: (order: Order) => Reply;
  /** Registers: obeys a write or an execute; an empty string is answered by ACK. Default: none exist. */
  readonly set?: (order: Order) => Reply;
  /** The list for mode control Y (`0`, `6` to `9`), lines without the closing `!`; undefined: no such list. */
  readonly list?: (mode: string) => string | undefined;
  /** True: the list has no STX, ETX and block check (mode A). Default false. */
  readonly bareList?: boolean;
  /** Answers to R3, R4 and R6 longer than this are sent in parts of so many characters. Default: never. */
  readonly partLength?: number;
  /** Error texts. Default `01` unknown register, `02` not allowed without password, `03` unreadable command. */
  readonly errors?: { readonly unknown?: string; readonly denied?: string; readonly malformed?: string };
  /**
   * Milliseconds before each answer. Default: 200, or 20 where the third letter is lower case; behind a change of the
   * baud rate never less than that.
   */
  readonly reaction?: number;
  /** Milliseconds of silence after which the session is dropped. Default 60000. */
  readonly inactivity?: number;
  /** NULs that must be heard before a sign-on is. Default 0. */
  readonly sleeper?: number;
}

/** Something the meter says. */
export interface Said {
  readonly bytes: Uint8Array;
  /** Milliseconds from the end of what it heard to the first character. */
  readonly after: number;
  /** Baud rate at which it is sent. */
  readonly baud: number;
}
