import { scanner } from '../core/framing.ts';
import { announced, baudCharacter } from './baud.ts';
import { framing } from './framing.ts';
import {
  ACKNOWLEDGED,
  breakBytes,
  commandBytes,
  type CommandMessage,
  dataBytes,
  identificationBytes,
  identificationOf,
  listBytes,
  type Message,
  type OptionMessage,
  REPEAT,
} from './message.ts';
import type { MeterOptions, Order, Reply, Said } from './meter-options.ts';

/** The meter's side of the protocol, as a state machine without I/O. */
export interface Meter {
  /** Baud rate at which it listens now. */
  readonly baud: number;
  /** `idle` waits for a sign-on, `identified` for an option select; then a readout or a programming session. */
  readonly state: 'idle' | 'identified' | 'readout' | 'programming';
  /** Wrong passwords so far. */
  readonly wrongPasswords: number;
  /**
   * Hears characters and says what it answers, and when.
   * @param at milliseconds of any clock that never goes back
   * @param baud rate at which they were sent, where that is known: at another rate they are garbage
   */
  hear(bytes: Uint8Array, at: number, baud?: number): Said[];
  /**
   * Lets time pass without a word: a meter that heard no option select sends its list at the rate of the sign-on, and
   * a session that was silent for too long is over. Need not be called by who does without.
   */
  tick(at: number): Said[];
}

/** How long an option select is waited for: the longest reaction time, and the time of sending the identification. */
const WINDOW = 2500;

/** Longest silence inside a message: ta of the standard. */
const GAP = 1500;
/** Longest write in parts that is believed, in characters. */
const LONGEST_WRITE = 65_536;
/** How long NULs keep a battery meter awake for a sign-on: some more than the pause behind them. */
const AWAKE = 3000;

/** Makes a meter. Registers and lists are asked anew each time, so values may change. */
export function meter(options: MeterOptions): Meter {
  const who = identificationOf(options.identification);
  const check = options.check ?? 'xor';
  const start = options.baud ?? 300;
  const offered = announced(who.baud);
  const reaction = options.reaction ?? who.reaction;
  const errors = { unknown: '01', denied: '02', malformed: '03', ...options.errors };

  let state: Meter['state'] = 'idle';
  let baud = start;
  let authorised = false;
  let wrongPasswords = 0;
  let nulls = 0;
  let heardAt = -Infinity;
  let last: Uint8Array | undefined;
  let parts: Uint8Array[] = [];
  /** What was heard of a write in parts. */
  let begun = '';

  const plain = framing({ check });
  const selecting = framing({ check, options: true });
  const scan = scanner<Message>({
    longest: plain.longest,
    scan: (bytes, from, end) => (state === 'identified' ? selecting : plain).scan(bytes, from, end),
  });

  /** Rate of what was said last: behind a change the meter waits for as long as its identification promises. */
  let spoken = start;
  const says = (bytes: Uint8Array): Said[] => {
    last = bytes;
    const after = spoken === baud ? reaction : Math.max(reaction, who.reaction);
    spoken = baud;
    return [{ bytes, after, baud }];
  };
  const sleep = (): void => {
    state = 'idle';
    baud = start;
    spoken = start;
    authorised = false;
    last = undefined;
    parts = [];
    begun = '';
    nulls = 0;
  };
  const switchTo = (rate: number | undefined): void => {
    if (rate !== undefined && options.fixedBaud !== true) baud = rate;
  };

  const sendList = (mode: string): Said[] => {
    const text = options.list?.(mode);
    if (text === undefined) return [];
    state = 'readout';
    return says(options.bareList === true ? listBytes(text) : dataBytes(`${text}!\r\n`, check));
  };

  const signedOn = (address: string): Said[] => {
    if (nulls < (options.sleeper ?? 0)) return [];
    const called = address === '' || bare(address) === bare(options.address ?? '');
    sleep(); // whoever else is called: a session with us is over
    if (!called) return [];
    nulls = options.sleeper ?? 0; // awake
    const said = says(identificationBytes(options.identification));
    if (offered.mode === 'A' && options.list !== undefined) return [...said, ...sendList('0')];
    if (offered.mode === 'B') {
      switchTo(offered.baud);
      return [...said, ...sendList('0')];
    }
    state = 'identified';
    return said;
  };

  const selected = ({ protocol, baud: wanted, mode }: OptionMessage): Said[] => {
    const rate = announced(wanted).baud;
    const higher = rate !== undefined && offered.baud !== undefined && rate > offered.baud;
    const unknown = wanted !== who.baud && (rate === undefined || baudCharacter(rate) !== wanted);
    if (protocol !== '0' || higher || unknown) return [];
    if (mode === '1') {
      state = 'programming';
      switchTo(rate);
      return says(commandBytes('P0', `(${options.operand ?? '00000000'})`, check));
    }
    if (options.list?.(mode) === undefined) return [];
    switchTo(rate);
    return sendList(mode);
  };

  const answer = (address: string, reply: Reply, command: string): Said[] => {
    if (reply === undefined) return says(dataBytes(`(${errors.unknown})`, check));
    if (typeof reply === 'object' && 'nak' in reply) return says(REPEAT);
    if (typeof reply === 'object' && 'error' in reply) return says(dataBytes(`(${reply.error})`, check));
    if (reply === '' && !command.startsWith('R')) return says(ACKNOWLEDGED);
    const text = typeof reply === 'string' ? `${address}(${reply})` : reply.text;
    const size = options.partLength ?? text.length;
    if (text.length <= size || !/^R[346]$/.test(command)) return says(dataBytes(text, check));
    for (let at = 0; at < text.length; at += size) {
      parts.push(dataBytes(text.slice(at, at + size), check, at + size < text.length));
    }
    return nextPart();
  };

  const nextPart = (): Said[] => {
    const part = parts.shift();
    return part === undefined ? [] : says(part);
  };

  const password = (level: 'P1' | 'P2', word: string): Said[] => {
    const { password: right = (): boolean => true } = options;
    authorised = typeof right === 'string' ? word === right : right(word, level);
    if (authorised) return says(ACKNOWLEDGED);
    wrongPasswords++;
    switch (options.onWrongPassword ?? 'error') {
      case 'nak':
        return says(REPEAT);
      case 'error':
        return says(dataBytes(`(${errors.denied})`, check));
      case 'silent':
        return [];
      case 'break': {
        const said = says(breakBytes(check));
        sleep();
        return said;
      }
    }
  };

  const commanded = ({ command, text: heardText, more }: CommandMessage): Said[] => {
    parts = [];
    const text = begun + heardText;
    begun = '';
    if (more) {
      if (!/^W[34]$/.test(command) || text.length > LONGEST_WRITE) {
        return says(dataBytes(`(${errors.malformed})`, check));
      }
      if (!authorised) return says(dataBytes(`(${errors.denied})`, check));
      begun = text;
      return says(ACKNOWLEDGED);
    }
    const found = /^([^()]*)\((.*)\)\s*$/s.exec(text);
    const [, address, value] = found ?? [];
    if (address === undefined || value === undefined) return says(dataBytes(`(${errors.malformed})`, check));
    if (command === 'P1' || command === 'P2') return password(command, value);
    const order: Order = { command, address, value, authorised };
    if (command.startsWith('R')) {
      if (!authorised && options.openReading !== true) return says(dataBytes(`(${errors.denied})`, check));
      return answer(address, options.get?.(order), command);
    }
    if (command.startsWith('P')) return says(dataBytes(`(${errors.malformed})`, check));
    if (!authorised) return says(dataBytes(`(${errors.denied})`, check));
    return answer(address, options.set?.(order), command);
  };

  /** The command behind a sign-on without line end: answered outside of any session. */
  let glued = false;

  const heard = (message: Message): Said[] => {
    const outside = glued;
    glued = false;
    switch (message.kind) {
      case 'request':
        if (!message.glued) return signedOn(message.address);
        glued = message.address === '' || bare(message.address) === bare(options.address ?? '');
        return [];
      case 'option':
        return state === 'identified' ? selected(message) : [];
      case 'command':
        // Behind the list of mode A or B a password opens a programming session without more ado.
        if (state === 'readout' && offered.mode !== 'C' && /^P[12]$/.test(message.command))
          state = 'programming';
        if (state === 'programming') return commanded(message);
        if (!outside || options.openReading !== true || !message.command.startsWith('R')) return [];
        return commanded(message);
      case 'ack':
        if (state === 'readout') sleep();
        return state === 'programming' ? nextPart() : [];
      case 'nak':
        return last === undefined || state === 'identified' ? [] : says(last);
      case 'break':
        sleep();
        return [];
      case 'identification':
      case 'data':
      case 'list':
        return []; // another meter speaks
    }
  };

  return {
    get baud() {
      return baud;
    },
    get state() {
      return state;
    },
    get wrongPasswords() {
      return wrongPasswords;
    },
    tick(at) {
      const silent = at - heardAt;
      if (state === 'identified' && silent > WINDOW) return sendList('0');
      if (state !== 'idle' && silent > (options.inactivity ?? 60_000)) sleep();
      return [];
    },
    hear(bytes, at, sentAt = baud) {
      if (at - heardAt > (state === 'idle' ? AWAKE : (options.inactivity ?? 60_000))) sleep();
      if (at - heardAt > GAP) scan.flush();
      heardAt = at;
      if (sentAt !== baud) return [];
      for (const byte of bytes) if (byte === 0) nulls++;
      const said: Said[] = [];
      for (const found of scan.push(bytes)) {
        if (found.got === 'frame') said.push(...heard(found.frame));
        else if (found.got === 'bad' && state === 'programming') said.push(...says(REPEAT));
      }
      return said;
    },
  };
}

/** An address without its leading zeros, which do not matter (6.3.14 no. 22). */
function bare(address: string): string {
  return address.replace(/^0+(?=.)/, '');
}
