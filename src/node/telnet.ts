/**
 * Telnet as far as remote serial ports need it: commands in the byte stream (RFC 854), options (RFC 855), binary
 * transmission (RFC 856), and the COM-PORT-OPTION (RFC 2217). Pure: bytes in, events out; sizes are bounded.
 */

/** Interpret As Command: the escape byte (RFC 854). A data byte of this value is sent twice. */
export const IAC = 255;

/** Command codes (RFC 854). */
export const COMMAND = { SE: 240, SB: 250, WILL: 251, WONT: 252, DO: 253, DONT: 254 } as const;

/** Option codes: 0 RFC 856, 1 RFC 857, 3 RFC 858, 44 RFC 2217. */
export const OPTION = { BINARY: 0, ECHO: 1, SUPPRESS_GO_AHEAD: 3, COM_PORT: 44 } as const;

/** Longest subnegotiation kept, bytes; more is dropped. RFC 2217 needs 5, a signature text some tens. */
const LONGEST_SUBNEGOTIATION = 256;

/** What a telnet stream contains. */
export type TelnetEvent =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'option'; readonly verb: OptionVerb; readonly option: number }
  | { readonly kind: 'subnegotiation'; readonly option: number; readonly bytes: Uint8Array };

/** The four words of option negotiation (RFC 854, "TELNET COMMANDS"). */
export type OptionVerb = 'WILL' | 'WONT' | 'DO' | 'DONT';

const VERBS: Readonly<Record<number, OptionVerb>> = {
  [COMMAND.WILL]: 'WILL',
  [COMMAND.WONT]: 'WONT',
  [COMMAND.DO]: 'DO',
  [COMMAND.DONT]: 'DONT',
};

/** Takes a telnet stream apart, across chunk borders. */
export interface TelnetDecoder {
  /** The events in these bytes, in order. */
  push(bytes: Uint8Array): TelnetEvent[];
  /**
   * Whether the other side sends binary (RFC 856). Until it does, a CR is followed by LF or by a NUL that carries
   * nothing and is dropped (RFC 854, "The Telnet Printer and Keyboard").
   */
  binary: boolean;
}

/** Makes a decoder at the start of a stream. */
export function telnetDecoder(): TelnetDecoder {
  let state: 'data' | 'iac' | 'verb' | 'sub-option' | 'sub' | 'sub-iac' = 'data';
  let verb: OptionVerb = 'WILL';
  let option = 0;
  let sub: number[] = [];
  let afterReturn = false;

  function step(byte: number, data: number[], emit: (event: TelnetEvent) => void): void {
    switch (state) {
      case 'data': {
        const padding = byte === 0 && afterReturn && !decoder.binary;
        afterReturn = byte === 13;
        if (byte === IAC) state = 'iac';
        else if (!padding) data.push(byte);
        return;
      }
      case 'iac': {
        const named = VERBS[byte];
        state = 'data';
        if (byte === IAC) {
          data.push(IAC);
        } else if (named !== undefined) {
          verb = named;
          state = 'verb';
        } else if (byte === COMMAND.SB) {
          state = 'sub-option';
        }
        return; // NOP, Are You There and the like ask nothing of a serial port
      }
      case 'verb':
        state = 'data';
        emit({ kind: 'option', verb, option: byte });
        return;
      case 'sub-option':
        option = byte;
        sub = [];
        state = 'sub';
        return;
      case 'sub':
        if (byte === IAC) state = 'sub-iac';
        else if (sub.length < LONGEST_SUBNEGOTIATION) sub.push(byte);
        return;
      case 'sub-iac':
        if (byte === IAC) {
          if (sub.length < LONGEST_SUBNEGOTIATION) sub.push(IAC);
          state = 'sub';
        } else if (byte === COMMAND.SE) {
          emit({ kind: 'subnegotiation', option, bytes: Uint8Array.from(sub) });
          state = 'data';
        } else {
          // The end was lost and another command begins: RFC 855 leaves this open, going on with it loses least.
          state = 'iac';
          step(byte, data, emit);
        }
    }
  }

  const decoder: TelnetDecoder = {
    binary: false,
    push(bytes) {
      const events: TelnetEvent[] = [];
      let data: number[] = [];
      const flush = (): void => {
        if (data.length > 0) events.push({ kind: 'data', bytes: Uint8Array.from(data) });
        data = [];
      };
      for (const byte of bytes) {
        step(byte, data, (event) => {
          flush();
          events.push(event);
        });
      }
      flush();
      return events;
    },
  };
  return decoder;
}

/**
 * Data bytes as they go onto the wire: each IAC doubled (RFC 854; RFC 856 keeps that in binary mode).
 * @param binary whether we send binary; if not, a CR without LF is followed by NUL (RFC 854)
 */
export function telnetEscape(data: Uint8Array, binary: boolean): Uint8Array {
  const out: number[] = [];
  for (const [index, byte] of data.entries()) {
    out.push(byte);
    if (byte === IAC) out.push(IAC);
    if (byte === 13 && !binary && data[index + 1] !== 10) out.push(0);
  }
  return out.length === data.length ? data : Uint8Array.from(out);
}

/** `IAC verb option` (RFC 854). */
export function telnetOption(verb: OptionVerb, option: number): Uint8Array {
  return Uint8Array.of(IAC, COMMAND[verb], option);
}

/** `IAC SB option ... IAC SE`, with IAC in the content doubled (RFC 855; RFC 2217 section 3 says so for each value). */
export function telnetSubnegotiation(option: number, content: Uint8Array): Uint8Array {
  return Uint8Array.of(IAC, COMMAND.SB, option, ...telnetEscape(content, true), IAC, COMMAND.SE);
}

/** What both sides have agreed on, and the answers that agreeing takes. */
export interface TelnetOptions {
  /** Asks the other side to let us (`WILL`) or to do itself (`DO`); the bytes to send, empty when asked before. */
  ask(verb: 'WILL' | 'DO', option: number): Uint8Array;
  /** Takes in what the other side says; the bytes to answer, empty where no answer is due. */
  hear(verb: OptionVerb, option: number): Uint8Array;
  /** Whether we do the option (`ours`) or the other side does (`theirs`); undefined while no word has come. */
  ours(option: number): boolean | undefined;
  theirs(option: number): boolean | undefined;
}

/**
 * Negotiates options without loops: an answer is sent only to a request that changes something, and never to an
 * answer (RFC 854, "General Considerations").
 * @param willing which options we do when asked to
 * @param wanting which options we let the other side do when it offers
 */
export function telnetOptions(willing: readonly number[], wanting: readonly number[]): TelnetOptions {
  const sides = {
    ours: { accepted: willing, asked: new Set<number>(), state: new Map<number, boolean>() },
    theirs: { accepted: wanting, asked: new Set<number>(), state: new Map<number, boolean>() },
  };

  return {
    ask(verb, option) {
      const side = verb === 'WILL' ? sides.ours : sides.theirs;
      if (side.asked.has(option) || side.state.get(option) === true) return new Uint8Array();
      side.asked.add(option);
      return telnetOption(verb, option);
    },
    hear(verb, option) {
      const mine = verb === 'DO' || verb === 'DONT';
      const side = mine ? sides.ours : sides.theirs;
      const wish = verb === 'DO' || verb === 'WILL';
      const before = side.state.get(option) === true;
      if (side.asked.delete(option)) {
        side.state.set(option, wish);
        return new Uint8Array(); // their answer to us
      }
      const agreed = wish && side.accepted.includes(option);
      side.state.set(option, agreed);
      if (agreed === before && agreed === wish) return new Uint8Array(); // nothing new
      return telnetOption(mine ? (agreed ? 'WILL' : 'WONT') : agreed ? 'DO' : 'DONT', option);
    },
    ours: (option) => sides.ours.state.get(option),
    theirs: (option) => sides.theirs.state.get(option),
  };
}
