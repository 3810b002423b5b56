import { type Clock, sleep } from '../core/clock.ts';
import { characterTime, type Line } from '../core/line.ts';
import type { Channel } from '../core/link.ts';
import type { Master, Station, Utterance } from '../core/station.ts';
import type { Mangler } from './line-faults.ts';

/** A shared line on which simulated devices stand. */
export interface SimulatedLineOptions {
  /** The device's end of a link. */
  readonly channel: Channel;
  readonly clock: Clock;
  readonly stations: readonly Station[];
  /** Settings whose character time paces requests and answers. */
  readonly line: Line;
  /** What becomes of answers on their way. */
  readonly mangler: Mangler;
  /** True: everything that arrives is sent back, as two-wire adapters do. */
  readonly echo?: boolean;
  /** Other masters on the line, each asking one address. */
  readonly masters?: readonly SimulatedMaster[];
}

/** Another master on the line. */
export interface SimulatedMaster {
  readonly master: Master;
  /** The address it asks. */
  readonly address: number;
  /** Unplugs it. */
  readonly signal?: AbortSignal;
}

/**
 * Plays the line until the channel ends. Everybody on it hears everything: a station the other masters' requests,
 * the far end those requests and all answers. Two answers at one time spoil each other.
 */
export async function simulateLine(options: SimulatedLineOptions): Promise<void> {
  const { channel, clock, stations, mangler } = options;
  const character = characterTime(options.line);
  const over = new AbortController();
  const isOver = (): boolean => over.signal.aborted;
  /** The line is busy until then; answers that overlap collide. */
  let busyUntil = 0;

  const send = async (bytes: Uint8Array): Promise<void> => {
    if (isOver() || bytes.length === 0) return;
    await channel.write(bytes).catch(() => undefined); // nobody connected: the bytes are lost, as on a wire
  };

  const answer = async (said: Utterance, heardAt: number): Promise<void> => {
    const begins = heardAt + said.after;
    const collides = begins < busyUntil;
    busyUntil = Math.max(busyUntil, begins + said.bytes.length * character);
    // A converter passes an answer on when it is complete.
    await sleep(clock, begins + said.bytes.length * character - clock.now(), over.signal);
    const bytes = collides ? said.bytes.map((byte) => byte & 0x55) : said.bytes;
    for (const piece of mangler.mangle(bytes)) {
      if (piece.after > 0) await sleep(clock, piece.after, over.signal);
      await send(piece.bytes);
      if (piece.drop === true) await channel.close();
    }
  };

  /** Lets every station hear bytes that are completely on the wire at an instant. */
  const hearAll = (bytes: Uint8Array, at: number): void => {
    // On a line of seven bits a converter makes the parity itself, whatever was sent to it.
    const heard = options.line.dataBits === 7 ? bytes.map((byte) => byte & 0x7f) : bytes;
    for (const station of stations) {
      for (const said of station.hear(heard)) void answer(said, at);
    }
  };

  const runMaster = async ({ master, address, signal }: SimulatedMaster): Promise<void> => {
    const begun = clock.now();
    for (let round = 0; !isOver(); round++) {
      await sleep(clock, begun + ((round + 1) * 1000) / master.rate - clock.now(), over.signal);
      for (const request of master.requests(address, round)) {
        if (isOver() || signal?.aborted === true) return;
        await send(request);
        hearAll(request, clock.now() + request.length * character);
        // It waits for the answer before it asks the next.
        await sleep(clock, MASTER_PATIENCE, over.signal);
      }
    }
  };

  const masters = (options.masters ?? []).map(runMaster);
  try {
    for await (const bytes of channel.incoming) {
      if (options.echo === true) await send(bytes);
      hearAll(bytes, clock.now() + bytes.length * character);
    }
  } finally {
    over.abort();
    await Promise.all(masters);
  }
}

/** Milliseconds a display gives an answer before its next request. */
const MASTER_PATIENCE = 60;
