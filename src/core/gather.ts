import type { Bus } from './bus/bus.ts';
import type { Rank } from './bus/queue.ts';
import type { Device, Gathering } from './device.ts';
import { Fault, faultOf } from './fault.ts';
import type { Values } from './snapshot.ts';
import type { Stop } from './stop.ts';

/** What reading several groups in one dialogue brought. */
export interface Gathered {
  readonly values: Readonly<Record<string, Values>>;
  readonly faults: Readonly<Record<string, Fault>>;
}

/**
 * Reads groups in one dialogue, as one job. What was read before the line failed is kept; the groups that were not
 * reached have the fault that ended the dialogue.
 * @param names the groups that were asked for
 */
export async function gather(
  of: { readonly bus: Bus; readonly device: Device; readonly name: string },
  gathering: Gathering,
  names: readonly string[],
  options: { readonly rank: Rank; readonly signal?: Stop },
): Promise<Gathered> {
  const { bus, device, name } = of;
  let end: Fault | undefined;
  try {
    await bus.run(
      { device: name, rank: options.rank, exchange: gathering.exchange, timing: device.timing },
      options.signal,
    );
  } catch (error) {
    end = faultOf(error, 'format');
  }
  const values: Record<string, Values> = {};
  const faults: Record<string, Fault> = {};
  const sofar = gathering.sofar();
  for (const group of names) {
    const brought = sofar[group] ?? end ?? new Fault('format', `${group} was not read`);
    if (brought instanceof Fault) faults[group] = brought;
    else values[group] = brought;
  }
  return { values, faults };
}
