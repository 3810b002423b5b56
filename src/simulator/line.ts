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
  /** Settings whose character time paces requests and answers, where neither the channel nor a station knows a rate. */
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

/** Something that is on the wire for a while. */
interface Transmission {
  readonly ends: number;
  /** True when something else was on the wire at the same time: nobody understands it. */
  spoilt: boolean;
}

/**
 * Plays the line until the channel ends. Everybody on it hears everything: a station the other masters' requests,
 * the far end those requests and all answers. What is on the wire at one time spoils each other, be it two answers,
 * the requests of two masters, or a request while a station speaks: the line is half duplex.
 */
export async function simulateLine(options: SimulatedLineOptions): Promise<void> {
  const { channel, clock, stations, mangler } = options;
  const characterAt = (baud: number): number => characterTime({ ...options.line, baud });
  /** Rate at which the far end talks: what the channel tells, or else what the stations expect. */
  const rate = (): number =>
    channel.line?.baud ?? stations.find(({ baud }) => baud !== undefined)?.baud ?? options.line.baud;
  const over = new AbortController();
  const isOver = (): boolean => over.signal.aborted;
  const onWire = new Set<Transmission>();
  /** Answers that are not finished; a master does not ask on before. */
  let answering = 0;

  const send = async (bytes: Uint8Array): Promise<void> => {
    if (isOver() || bytes.length === 0) return;
    await channel.write(bytes).catch(() => undefined); // nobody connected: the bytes are lost, as on a wire
  };

  /** Bytes that are on the wire from an instant on; when they have ended, what is heard of them. */
  const transmit = async (bytes: Uint8Array, begins: number, baud: number): Promise<Uint8Array> => {
    const others = [...onWire].filter((one) => one.ends > begins);
    const own: Transmission = {
      ends: begins + bytes.length * characterAt(baud),
      spoilt: others.length > 0,
    };
    for (const other of others) other.spoilt = true;
    onWire.add(own);
    await sleep(clock, own.ends - clock.now(), over.signal);
    onWire.delete(own);
    return own.spoilt ? bytes.map((byte) => byte & 0x55) : bytes;
  };

  const answer = async (said: Utterance, heardAt: number): Promise<void> => {
    answering++;
    const begins = heardAt + said.after;
    await sleep(clock, begins - clock.now(), over.signal);
    // A converter passes an answer on when it is complete.
    const baud = said.baud ?? options.line.baud;
    const heard = await transmit(said.bytes, begins, baud);
    answering--;
    const listening = said.baud === undefined ? undefined : channel.line?.baud;
    const bytes = listening === undefined || listening === baud ? heard : misread(heard, baud, listening);
    for (const piece of mangler.mangle(bytes)) {
      if (piece.after > 0) await sleep(clock, piece.after, over.signal);
      await send(piece.bytes);
      if (piece.drop === true) await channel.close();
    }
  };

  /** Puts a request on the wire at an instant, and lets every station hear what is left of it when it has ended. */
  const ask = async (request: Uint8Array, begins: number): Promise<void> => {
    const baud = rate();
    const known = channel.line?.baud;
    const bytes = await transmit(request, begins, baud);
    if (isOver()) return;
    // On a line of seven bits a converter makes the parity itself, whatever was sent to it.
    const heard = options.line.dataBits === 7 ? bytes.map((byte) => byte & 0x7f) : bytes;
    const ended = begins + request.length * characterAt(baud);
    for (const station of stations) {
      const answers = station.hear(heard, known).map((said) => answer(said, ended));
      void Promise.all(answers).then(() => retune(station));
    }
  };

  /** A port of ours follows the station that has changed its rate. */
  let tuned = options.line.baud;
  const retune = async ({ baud }: Station): Promise<void> => {
    if (baud === undefined || baud === tuned || channel.setLine === undefined || isOver()) return;
    tuned = baud;
    await channel.setLine({ ...options.line, baud }).catch(() => undefined); // a dead port says so to whoever reads it
  };

  const runMaster = async ({ master, address, signal }: SimulatedMaster): Promise<void> => {
    const begun = clock.now();
    for (let round = 0; !isOver(); round++) {
      await sleep(clock, begun + ((round + 1) * 1000) / master.rate - clock.now(), over.signal);
      for (const request of master.requests(address, round)) {
        if (isOver() || signal?.aborted === true) return;
        await send(request);
        void ask(request, clock.now());
        // It waits for the answer before it asks the next.
        do await sleep(clock, MASTER_PATIENCE, over.signal);
        while (answering > 0 && !isOver());
      }
    }
  };

  const masters = (options.masters ?? []).map(runMaster);
  try {
    let sentUntil = 0;
    for await (const bytes of channel.incoming) {
      if (options.echo === true) await send(bytes);
      // What comes in several chunks was sent one behind the other.
      const begins = Math.max(clock.now(), sentUntil);
      sentUntil = begins + bytes.length * characterAt(rate());
      void ask(bytes, begins);
    }
  } finally {
    over.abort();
    await Promise.all(masters);
  }
}

/** What a receiver at one rate makes of characters sent at another: more or fewer of them, and none of them right. */
function misread(bytes: Uint8Array, sent: number, listening: number): Uint8Array {
  const count = Math.max(1, Math.round((bytes.length * listening) / sent));
  return Uint8Array.from({ length: count }, (_, index) => {
    const from = bytes[Math.floor((index * bytes.length) / count)] ?? 0;
    return (from & 0x50) | 0x08;
  });
}

/** Milliseconds a display gives an answer before its next request. */
const MASTER_PATIENCE = 60;
