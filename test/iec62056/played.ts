import { openBus } from '../../src/core/bus/bus.ts';
import { bytesOfText, hex } from '../../src/core/bytetext.ts';
import type { Exchange } from '../../src/core/exchange.ts';
import { Fault, faultOf } from '../../src/core/fault.ts';
import { line, lineText } from '../../src/core/line.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import { busTiming, type Timings } from '../../src/iec62056/index.ts';

/** One turn of a recorded dialogue: what the reader must say, then what the meter says so many milliseconds later. */
export interface Turn {
  /** Bytes as text: hex pairs or quoted. */
  readonly hear: string;
  readonly say?: string | Uint8Array;
  readonly after?: number;
}

/** How a played dialogue ended. */
export interface Played<R> {
  readonly result: R | undefined;
  readonly fault: Fault | undefined;
  /** Everything the reader said, as hex, with the line settings it used. */
  readonly said: readonly string[];
  readonly lines: readonly string[];
  /** Milliseconds from begin to end. */
  readonly took: number;
}

export interface PlayOptions {
  readonly timings?: Partial<Timings>;
  readonly cancelAfter?: number;
  /** Every chunk of the meter is cut into bytes that come one by one, so many milliseconds apart. */
  readonly apart?: number;
}

/** Runs an exchange once against a recorded meter, in virtual time: what is not in the record gets no answer. */
export async function played<R>(
  exchange: () => Exchange<R>,
  turns: readonly Turn[],
  options: PlayOptions = {},
): Promise<Played<R>> {
  const clock = virtualClock();
  const wire = memoryLine(clock, { line: line(9600, '7E1') });
  const bus = openBus(wire.link, line(9600, '7E1'), clock, { random: () => 0.5 });
  const said: string[] = [];
  const lines: string[] = [];
  const left = [...turns];
  void (async () => {
    for await (const chunk of wire.far.incoming) {
      said.push(hex(chunk));
      lines.push(lineText(wire.line));
      const next = left[0];
      if (next === undefined || hex(bytesOfText(next.hear)) !== hex(chunk)) continue;
      left.shift();
      if (next.say === undefined) continue;
      const bytes = typeof next.say === 'string' ? bytesOfText(next.say) : next.say;
      const pieces = options.apart === undefined ? [bytes] : Array.from(bytes, (byte) => Uint8Array.of(byte));
      for (const [index, piece] of pieces.entries()) {
        clock.after((next.after ?? 40) + index * (options.apart ?? 0), () => void wire.far.write(piece));
      }
    }
  })();
  const control = new AbortController();
  if (options.cancelAfter !== undefined) clock.after(options.cancelAfter, () => control.abort());
  const began = clock.now();
  let result: R | undefined;
  let fault: Fault | undefined;
  try {
    result = await clock.run(
      bus.run(
        {
          device: 'meter',
          rank: 'user',
          exchange,
          timing: { ...busTiming({ gap: 300, ...options.timings }), attempts: 1 },
        },
        control.signal,
      ),
    );
  } catch (error) {
    fault = faultOf(error, 'output');
    if (!(error instanceof Fault) || (fault.code === 'format' && fault.cause !== undefined)) throw error;
  }
  const took = clock.now() - began;
  await clock.run(bus.close());
  return { result, fault, said, lines, took };
}
