import { openBus } from '../../src/core/bus/bus.ts';
import { hex } from '../../src/core/bytetext.ts';
import type { Exchange } from '../../src/core/exchange.ts';
import { Fault, faultOf } from '../../src/core/fault.ts';
import { line } from '../../src/core/line.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import { busTiming, type Meter, type Said, type Timings } from '../../src/iec62056/index.ts';

export interface WiredOptions {
  readonly timings?: Partial<Timings>;
  /** True: every character takes its time on the wire. */
  readonly paced?: boolean;
  /** True: the reader cannot change the port's settings, and the meter does not learn them. */
  readonly fixed?: boolean;
  readonly startBaud?: number;
  /** Changes what the meter says before it goes on the wire. */
  readonly mangle?: (said: Said, index: number) => Uint8Array;
  /** Milliseconds after which the job is cancelled. */
  readonly cancelAfter?: number;
  readonly attempts?: number;
  /** True: the reader hears all that it says. */
  readonly echo?: boolean;
}

export interface Wired<R> {
  readonly result: R | undefined;
  readonly fault: Fault | undefined;
  /** What was said, `>` by the reader, `<` by the meter, as hex. */
  readonly transcript: readonly string[];
  readonly took: number;
  /** Timers left when all was over. */
  readonly pending: number;
}

/** Runs an exchange against a meter on a line in virtual time. */
export async function wired<R>(
  exchange: () => Exchange<R>,
  meter: Meter,
  options: WiredOptions = {},
): Promise<Wired<R>> {
  const clock = virtualClock();
  const start = line(options.startBaud ?? 300, '7E1');
  const wire = memoryLine(clock, {
    line: start,
    paced: options.paced === true,
    fixed: options.fixed === true,
  });
  const bus = openBus(wire.link, start, clock, { random: () => 0.5 });
  const transcript: string[] = [];
  let index = 0;
  let freeAt = 0;
  void (async () => {
    for await (const chunk of wire.far.incoming) {
      const last = transcript.at(-1);
      if (options.paced === true && last?.startsWith('>') === true) {
        transcript[transcript.length - 1] = `${last} ${hex(chunk)}`;
      } else {
        transcript.push(`> ${hex(chunk)}`);
      }
      if (options.echo === true) void wire.far.write(chunk);
      const known = options.fixed === true ? undefined : wire.line.baud;
      for (const said of meter.hear(chunk, clock.now(), known)) {
        const bytes = options.mangle?.(said, index++) ?? said.bytes;
        const at = Math.max(freeAt, clock.now() + said.after);
        freeAt = at + 1;
        clock.after(at - clock.now(), () => {
          transcript.push(`< ${hex(bytes)}`);
          void wire.far.write(bytes);
        });
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
          timing: { ...busTiming({ gap: 300, ...options.timings }), attempts: options.attempts ?? 1 },
        },
        control.signal,
      ),
    );
  } catch (error) {
    fault = faultOf(error, 'output');
    if (!(error instanceof Fault) || fault.cause instanceof Error) throw error;
  }
  const took = clock.now() - began;
  await clock.run(bus.close());
  await clock.advance(5_000);
  return { result, fault, transcript, took, pending: clock.pending };
}
