import { faultOf } from '../core/fault.ts';
import type { Logger, Member } from '../core/site/index.ts';
import {
  type Consumption,
  consumption,
  type EnergyCount,
  energyCount,
  type LimitsByField,
  type Tariffs,
  type Zone,
} from '../site/index.ts';
import type { Store } from '../store/index.ts';

/** How the values of a member are treated. */
export interface MemberSettings {
  readonly limits: LimitsByField;
  /** Periods without a reading after which the time between counts as unknown; absent: the usual. */
  readonly patience?: number;
  readonly tariffs?: Tariffs;
}

/** A count of the gateway's own that becomes a group of its member. */
export type Count =
  | { readonly of: 'energy'; readonly count: EnergyCount }
  | { readonly of: 'consumption'; readonly count: Consumption };

/** Under which name the state of a count is kept. */
export const memoryName = (of: Count['of'], member: string): string => `${of}.${member}`;

/** The counts that a member can have, taken up where they stood. Rejects with `output` while that cannot be read. */
export async function countsOf(
  member: Member,
  { tariffs, patience }: MemberSettings,
  { store, zone, log }: { readonly store: Pick<Store, 'memory'>; readonly zone: Zone; readonly log: Logger },
): Promise<readonly Count[]> {
  const counts: Count[] = [];
  const common = { member, zone, ...(tariffs === undefined ? {} : { tariffs }) };
  const counting = { ...common, ...(patience === undefined ? {} : { patience }) };
  const make = async <C>(of: Count['of'], build: (state: string | undefined) => C): Promise<C> => {
    const name = memoryName(of, member.name);
    const state = await store.memory.get(name);
    try {
      return build(state);
    } catch (error) {
      if (state === undefined) throw error;
      // What cannot be read is put aside for a person, and counting begins anew: better than not to count.
      await store.memory.set(`${name}.unreadable`, state);
      log.error(
        `what was counted for ${member.name} cannot be read, counting begins at 0: ${faultOf(error, 'format').message}`,
      );
      return build(undefined);
    }
  };

  const energy = await make('energy', (state) =>
    energyCount(state === undefined ? counting : { ...counting, state }),
  );
  if (energy !== undefined) counts.push({ of: 'energy', count: energy });
  const used = await make('consumption', (state) =>
    consumption(state === undefined ? common : { ...common, state }),
  );
  if (used !== undefined) counts.push({ of: 'consumption', count: used });
  return counts;
}
