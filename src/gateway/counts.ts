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

/**
 * The counts that a member can have, taken up where they stand: those in force as they are at the end, so that nothing
 * is lost that they count meanwhile, others as they were kept. Rejects with `output` while that cannot be read.
 */
export async function countsOf(
  member: Member,
  { tariffs, patience }: MemberSettings,
  inForce: () => readonly Count[],
  { store, zone, log }: { readonly store: Pick<Store, 'memory'>; readonly zone: Zone; readonly log: Logger },
): Promise<readonly Count[]> {
  const live = (of: Count['of']): string | undefined =>
    inForce()
      .find((one) => one.of === of)
      ?.count.state();
  const kept: Partial<Record<Count['of'], string>> = {};
  for (const of of KINDS) {
    const text = live(of) === undefined ? await store.memory.get(memoryName(of, member.name)) : undefined;
    if (text !== undefined) kept[of] = text;
  }

  const common = { member, zone, ...(tariffs === undefined ? {} : { tariffs }) };
  const counting = { ...common, ...(patience === undefined ? {} : { patience }) };
  const make = <C>(of: Count['of'], build: (state: { readonly state?: string }) => C): C => {
    const state = live(of) ?? kept[of];
    if (state === undefined) return build({});
    try {
      return build({ state });
    } catch (error) {
      // What cannot be read is put aside for a person, and counting begins anew: better than not to count.
      const name = `${memoryName(of, member.name)}.unreadable`;
      store.memory.set(name, state).catch((failed: unknown) => log.error(faultOf(failed, 'output').message));
      log.error(
        `what was counted for ${member.name} cannot be read, counting begins at 0: ${faultOf(error, 'format').message}`,
      );
      return build({});
    }
  };

  const energy = make('energy', (state) => energyCount({ ...counting, ...state }));
  const used = make('consumption', (state) => consumption({ ...common, ...state }));
  return [
    ...(energy === undefined ? [] : [{ of: 'energy', count: energy } as const]),
    ...(used === undefined ? [] : [{ of: 'consumption', count: used } as const]),
  ];
}

const KINDS = ['energy', 'consumption'] as const;
