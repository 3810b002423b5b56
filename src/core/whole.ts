import type { Bus } from './bus/bus.ts';
import type { Rank } from './bus/queue.ts';
import type { AllUnits, Device, Units } from './device.ts';
import { type Fault, faultOf } from './fault.ts';
import { isList, isRecord, listIn, type Values } from './snapshot.ts';
import type { Stop } from './stop.ts';

/**
 * Asking all units of a rack in one question, only where that has worked. Some racks are silent at it, and one owner
 * saw his master go into protection while it was in use, so: first every unit is asked by itself. Once all of them
 * have answered, the one question is tried, once. Where its answer has all units and agrees with theirs, it is used
 * from then on, until the first trouble.
 */
export interface WholeState {
  /**
   * `untried`: single questions; `works`: the one question; `fails`: single questions, as long as the place is used.
   */
  kind: 'untried' | 'works' | 'fails';
  /** What the units said one by one in the last round in which all of them answered; empty: not yet. */
  singles: readonly Values[];
  /** Instant of the bus's clock from which on it may be tried. */
  notBefore: number;
}

/** Nothing is known of the question yet. */
export function wholeState(): WholeState {
  return { kind: 'untried', singles: [], notBefore: -Infinity };
}

/** Milliseconds after a trouble before a question that has worked is tried once more. */
const TRY_AGAIN_AFTER = 600_000;

/** What asking all at once needs to know. */
export interface WholePlace {
  readonly bus: Bus;
  readonly device: Device;
  readonly address: number;
  readonly name: string;
}

/** What asking all at once brought: the values, the fault that ends the round, or that single questions are due. */
export type WholeReading =
  | { readonly got: 'values'; readonly values: Values }
  | { readonly got: 'fault'; readonly fault: Fault }
  /** `changed`: it was answered, but by other units than were known: they are to be looked for. */
  | { readonly got: 'nothing'; readonly changed: boolean };

const NOTHING: WholeReading = { got: 'nothing', changed: false };

/**
 * Asks all units at once where that has worked, or where it may be tried now.
 * @param known the units that are known, in any order
 */
export async function readWhole(
  of: WholePlace,
  units: Units & { readonly all: AllUnits },
  state: WholeState,
  known: readonly number[],
  options: {
    readonly rank: Rank;
    readonly signal?: Stop;
    /** Milliseconds to the first byte of the answer. */
    readonly response: number;
  },
): Promise<WholeReading> {
  const { bus, device, address, name } = of;
  const { all, list } = units;
  const trying = state.kind === 'untried' && state.singles.length > 1 && bus.clock.now() >= state.notBefore;
  if (known.length < 2 || (state.kind !== 'works' && !trying)) return NOTHING;
  try {
    const values = await bus.run(
      {
        device: `${name}/all`,
        rank: options.rank,
        exchange: () => all.read(address),
        // Nobody may answer, and then all are asked one by one: that should cost little.
        timing: { ...device.timing, attempts: 1, response: options.response },
        probing: true,
      },
      options.signal,
    );
    const records = listIn(values, list).filter(isRecord);
    const same = sameUnits(records, known);
    if (same && (!trying || agree(state.singles, records, all.steady))) {
      state.kind = 'works';
      return { got: 'values', values };
    }
    giveUp(state, trying, bus.clock.now());
    return { got: 'nothing', changed: !trying && !same };
  } catch (error) {
    const fault = faultOf(error, 'format');
    if (fault.code === 'link' || fault.code === 'cancelled') return { got: 'fault', fault };
    giveUp(state, trying, bus.clock.now());
    return NOTHING;
  }
}

/** After a trouble single questions are asked; where it never worked, for ever. */
function giveUp(state: WholeState, trying: boolean, now: number): void {
  state.kind = trying ? 'fails' : 'untried';
  state.singles = [];
  state.notBefore = now + TRY_AGAIN_AFTER;
}

function sameUnits(records: readonly Values[], known: readonly number[]): boolean {
  return (
    records.length === known.length &&
    records.every((record) => known.some((unit) => unit === record.address))
  );
}

/** Whether the units say the same of themselves in both ways, as far as it cannot have changed in between. */
function agree(singles: readonly Values[], records: readonly Values[], steady: readonly string[]): boolean {
  return singles.every((single) => {
    const record = records.find((one) => one.address === single.address);
    if (record === undefined) return false;
    if (steady.some((name) => single[name] !== record[name])) return false;
    return Object.entries(single).every(([name, value]) => {
      return !isList(value) || listIn(record, name).length === value.length;
    });
  });
}
