import type { Device } from '../core/device.ts';
import type { Fault } from '../core/fault.ts';
import type { Followed } from '../core/follow.ts';
import type { ApiMember, ApiMemberState } from '../core/site/api.ts';
import { memberDocument } from '../core/site/documents.ts';
import type { GroupState } from '../core/site/state.ts';
import type { Readings } from '../core/snapshot.ts';
import { freshnessOf } from '../site/index.ts';

/** What was read of a device so far. Instants are milliseconds since 1970-01-01T00:00Z. */
export interface Seen {
  readonly device: Device;
  readonly address: number;
  /** When the newest values came; before the first, when reading began. */
  readonly at: number;
  readonly values: Readings;
  /** When each group was read last. */
  readonly times: Readonly<Record<string, number>>;
  /** Why groups failed at their last attempt; of one unit of a group by `group/unit`. */
  readonly faults: Readonly<Record<string, Fault>>;
}

/** Nothing yet. */
export function nothingSeen(device: Device, address: number, at: number): Seen {
  return { device, address, at, values: {}, times: {}, faults: {} };
}

/** With what a round of reading brought. */
export function seenAfter(seen: Seen, { at, groups, fresh, faults }: Followed): Seen {
  const kept = Object.entries(seen.faults).filter(([name]) => !fresh.includes(groupIn(name)));
  return {
    ...seen,
    at: fresh.length === 0 ? seen.at : at,
    values: groups,
    times: { ...seen.times, ...Object.fromEntries(fresh.map((name) => [name, at])) },
    faults: { ...Object.fromEntries(kept), ...faults },
  };
}

/** The group that a fault concerns, also where it is one of a unit: `packs/3`. */
function groupIn(name: string): string {
  return name.split('/')[0] ?? name;
}

/** The device as the dashboard's parts want it. */
export function memberOf({ device, address }: Seen, port: string): ApiMember {
  const { id, title, groups } = device;
  const member = {
    name: id,
    title,
    make: device,
    bus: port,
    address,
    groups,
    writables: [],
    simulated: false,
  };
  return memberDocument(member, false);
}

/** What was read as the dashboard's parts want it; how fresh it is follows from the time. */
export function stateOf({ device, values, times, faults }: Seen, now: number): ApiMemberState {
  const groups = device.groups.map(({ name, period }): [string, GroupState] => {
    const at = times[name];
    const [, fault] = Object.entries(faults).find(([of]) => groupIn(of) === name) ?? [];
    return [
      name,
      {
        values: values[name] ?? {},
        freshness: freshnessOf(at === undefined ? undefined : Math.max(0, now - at), period * 1000),
        ...(at === undefined ? {} : { at }),
        ...(fault === undefined ? {} : { fault: faultState(fault, now) }),
      },
    ];
  });
  const freshest = ['fresh', 'stale', 'gone'] as const;
  return {
    name: device.id,
    freshness: freshest.find((one) => groups.some(([, { freshness }]) => freshness === one)) ?? 'unknown',
    groups: Object.fromEntries(groups),
    refused: {},
  };
}

function faultState({ code, message, hint }: Fault, at: number): NonNullable<GroupState['fault']> {
  return { code, message, at, ...(hint === undefined ? {} : { hint }) };
}
