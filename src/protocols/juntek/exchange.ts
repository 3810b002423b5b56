import { CodecError, decodeFrom, reader } from '../../codec/index.ts';
import { ascii, show } from '../../core/bytetext.ts';
import { ask, type Exchange, listen, say } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import type { Values } from '../../core/snapshot.ts';
import type { Message } from './definition.ts';
import { framing, type JuntekFrame, lineOf } from './frame.ts';
import { diagnose } from './hints.ts';

/** Which addresses an answer may come from: the one asked, or any for the broadcast address 0. */
function isFrom(frame: JuntekFrame, address: number): boolean {
  return frame.from === 'meter' && (address === 0 || frame.address === address);
}

/** The values of an answer. Throws a `format` fault that names the part at fault. */
export function valuesOf(frame: JuntekFrame, message: Message): Values {
  try {
    return decodeFrom(message.body, reader(frame.bytes, frame.start, frame.end));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const bytes = frame.bytes.slice(frame.start, frame.end);
    throw new Fault('format', `${message.title}: ${error.message} in ${show(bytes)}`, {
      bytes,
      cause: error,
    });
  }
}

/** Asks for one message; the data field of a read is always 1 (KG-F manual p. 23). */
export function* readFrame(number: number, address: number): Exchange<JuntekFrame> {
  const name = `r${String(number).padStart(2, '0')}`;
  return yield* ask<JuntekFrame>({
    what: `${name} from address ${address}`,
    bytes: ascii(lineOf(':R', number, address, '1,')),
    framing,
    accept: (frame) =>
      isFrom(frame, address) && frame.instruction === 'R' && frame.number === number ? 'take' : 'skip',
    diagnose: diagnose(address),
  });
}

/** Reads and decodes one message. */
export function* readMessage(message: Message, address: number): Exchange<Values> {
  return valuesOf(yield* readFrame(message.read, address), message);
}

/** Milliseconds a display may take between two of its slower questions (older ones ask R51 and R00 every 10 s). */
const DISPLAY_PERIOD = 15_000;

/** Hears the next answer to one of the reads from an address, whoever asked. */
export function* overhearFrame(address: number, numbers: readonly number[]): Exchange<JuntekFrame> {
  return yield* listen<JuntekFrame>({
    what: `an answer from address ${address} to somebody else's question`,
    framing,
    timeout: DISPLAY_PERIOD,
    accept: (frame) =>
      isFrom(frame, address) &&
      frame.instruction === 'R' &&
      frame.start < frame.end &&
      numbers.includes(frame.number)
        ? 'take'
        : 'skip',
    diagnose: (heard) =>
      heard.bytes === 0
        ? 'the meter never talks by itself: listening needs a display (or another master) that polls it; without one, poll it'
        : diagnose(address)(heard),
  });
}

/** Milliseconds to wait after a broadcast, to which nobody may answer. */
const BROADCAST_PAUSE = 300;

/**
 * Sends a W instruction. Brings the acknowledgement, or undefined when none came: what stands in it is documented
 * nowhere, and whether every firmware sends one is not known, so only reading back proves a write.
 */
export function* writeRaw(
  instruction: number,
  address: number,
  body: string,
): Exchange<Uint8Array | undefined> {
  const bytes = ascii(writeLine(instruction, address, body));
  if (address === 0) {
    yield* say(bytes);
    yield { do: 'quiet', milliseconds: BROADCAST_PAUSE };
    return undefined;
  }
  try {
    const frame = yield* ask<JuntekFrame>({
      what: `w${String(instruction).padStart(2, '0')} from address ${address}`,
      bytes,
      framing,
      accept: (heard) =>
        isFrom(heard, address) && heard.instruction === 'W' && heard.number === instruction ? 'take' : 'skip',
    });
    return frame.bytes.slice(frame.start, frame.end);
  } catch (error) {
    if (error instanceof Fault && error.code === 'timeout') return undefined;
    throw error;
  }
}

/**
 * The line of a W instruction. For the value 0 both manuals print a check sum of 0 (`:W10=1,0,0,`), so that is
 * what is sent; the rule would give 1.
 */
export function writeLine(instruction: number, address: number, body: string): string {
  return lineOf(':W', instruction, address, body, body === '0,' ? 0 : undefined);
}
