import { PROFILE } from '../../core/archive.ts';
import { Fault, faultOf } from '../../core/fault.ts';
import type { Field } from '../../core/field.ts';
import {
  type Entry,
  type MemberState,
  onlyMembers,
  type Output,
  type OutputContext,
  type Point,
  pointsOf,
  valueWithRole,
} from '../../core/site/index.ts';
import { pointTitle } from '../../core/site/title.ts';
import { backfill, isSlot } from './backfill.ts';
import type { DomoticzOptions, Door } from './options.ts';
import {
  ALERT,
  alertValue,
  classOf,
  kindOf,
  MANAGED,
  type SensorKind,
  type SensorValue,
  sensorValue,
} from './sensor.ts';

/** Where the idx are remembered that were created. */
const SHELF = 'created';

/** What a sensor should show. */
interface Wish extends SensorValue {
  readonly series: string;
  readonly name: string;
  readonly kind: SensorKind;
}

/**
 * Shows the latest of a site in Domoticz, which gives every value the time of its arrival: old values are therefore not
 * sent, except load profiles, which managed counters take with their time.
 */
export async function domoticz(
  options: DomoticzOptions,
  context: OutputContext,
  door: Door,
): Promise<Output> {
  const { clock, log, memory } = context;
  const view = options.members === undefined ? context.view : onlyMembers(context.view, options.members);
  // Written by ourselves below.
  const created = new Map(
    Object.entries(JSON.parse((await memory.get(SHELF)) ?? '{}') as Record<string, number>),
  );
  /** Series whose idx was looked at, and when; what does not fit is looked at again, since it may be mended there. */
  const checked = new Map<string, { readonly fits: boolean; readonly at: number }>();
  const sent = new Map<string, { readonly at: number; readonly text: string }>();
  const slots = backfill(context);
  const closing = new AbortController();
  let cancel = (): void => undefined;
  let work = Promise.resolve();

  /** The idx of a series, created where it is missing; undefined where it has none or a wrong one. */
  const idxOf = async (
    { series, name, kind }: Omit<Wish, keyof SensorValue>,
    signal: AbortSignal,
  ): Promise<number | undefined> => {
    const idx = options.sensors[series] ?? created.get(series);
    if (idx !== undefined) {
      const known = checked.get(series);
      if (known?.fits === true) return idx;
      if (known !== undefined && clock.now() - known.at < options.resend) return undefined;
      const found = await door.find(idx, signal);
      if (found === undefined && options.sensors[series] === undefined) created.delete(series);
      else {
        const takes = found === undefined ? undefined : classOf(found.type, found.subtype);
        const fits = takes === kind.takes || (takes === 'text' && kind.takes !== 'managed');
        checked.set(series, { fits, at: clock.now() });
        if (fits) return idx;
        const is =
          found === undefined ? 'does not exist' : `is a sensor of type ${found.type}, ${found.subtype}`;
        log.warn(`${series}: idx ${idx} ${is}, which cannot show it: nothing is sent there`);
        return undefined;
      }
    }
    if (!options.create || door.create === undefined) return undefined;
    const { mapped, options: more } = kind;
    const made = await door.create(
      { name, mapped, ...(more === undefined ? {} : { options: more }) },
      signal,
    );
    created.set(series, made);
    checked.set(series, { fits: true, at: clock.now() });
    await memory.set(SHELF, JSON.stringify(Object.fromEntries(created)));
    return made;
  };

  const wishesOf = (state: MemberState): Wish[] => {
    const { member, groups } = state;
    const alarms = view.alarms().filter((one) => one.member === member.name);
    const alert = {
      series: `${member.name}.alarm`,
      name: `${member.title} Alarm`,
      kind: ALERT,
      ...alertValue(alarms),
    };
    const values = member.groups.flatMap((group) => {
      const latest = groups[group.name];
      // What is too old is not sent: Domoticz marks the sensor by itself.
      if (latest === undefined || latest.freshness === 'gone' || latest.freshness === 'unknown') return [];
      return pointsOf(group, latest.values).flatMap((point): Wish[] => {
        const { field, path, value } = point;
        const series = `${member.name}.${group.name}.${path}`;
        if (value === null || !(options.sensors[series] !== undefined || (options.create && isWanted(point))))
          return [];
        const name = `${member.title} ${pointTitle(point)}`;
        return [{ series, name, kind: kindOf(field), ...sensorValue(field, value, powerOf(state, field)) }];
      });
    });
    return [alert, ...values];
  };

  const show = async (signal: AbortSignal): Promise<number> => {
    let count = 0;
    for (const { name } of view.members()) {
      const state = view.state(name);
      if (state === undefined || state.freshness === 'gone' || state.freshness === 'unknown') continue;
      for (const wish of wishesOf(state)) {
        const text = `${wish.nvalue} ${wish.svalue}`;
        const last = sent.get(wish.series);
        if (last?.text === text && clock.now() - last.at < options.resend) continue;
        const idx = await idxOf(wish, signal);
        if (idx === undefined) continue;
        try {
          await door.update(idx, wish.nvalue, wish.svalue, signal);
        } catch (error) {
          // It may have been deleted there: it is looked at again before the next time.
          checked.delete(wish.series);
          if (faultOf(error, 'output').code !== 'refused') throw error;
          log.warn(`${wish.series} (idx ${idx}): ${faultOf(error, 'output').message}`);
          continue;
        }
        sent.set(wish.series, { at: clock.now(), text });
        count++;
      }
    }
    return count;
  };

  const again = (): void => {
    cancel = clock.after(options.every, () => {
      work = show(closing.signal).then(
        () => context.trouble(undefined),
        (error: unknown) => {
          if (!closing.signal.aborted) context.trouble(faultOf(error, 'output').message);
        },
      );
      void work.then(() => {
        if (!closing.signal.aborted) again();
      });
    });
  };
  again();

  return {
    deliver: async (entries: readonly Entry[], signal) => {
      for (const entry of entries) {
        if (entry.what !== 'snapshot' || !isSlot(entry.snapshot)) continue;
        const { device } = entry.snapshot;
        const series = `${device}.${PROFILE}.energy`;
        const name = `${view.state(device)?.member.title ?? device} Load profile`;
        const idx = await idxOf({ series, name, kind: MANAGED }, signal);
        if (idx === undefined) {
          const wanted = options.sensors[series];
          if (wanted === undefined) continue;
          throw new Fault('output', `idx ${wanted} takes no load profile: it must be a managed counter`);
        }
        const { svalues, done } = await slots.sendings(entry.snapshot);
        for (const svalue of svalues) await door.update(idx, 0, svalue, signal);
        await done();
      }
    },
    test: async (signal) => {
      sent.clear();
      const count = await show(signal);
      if (count === 0)
        throw new Fault('output', `${door.receiver}: there was nothing to send: no sensor fits`);
      return `${door.receiver} took ${count} ${count === 1 ? 'value' : 'values'}`;
    },
    close: async () => {
      closing.abort();
      cancel();
      await work;
      await door.close();
    },
  };
}

/** Not what an owner has set, what a device is, and single cells: a sensor for each would be hundreds. */
function isWanted({ field, index }: Point): boolean {
  return index === undefined && ['measurement', 'counter', 'state'].includes(field.kind);
}

/** The power that belongs to an energy: what flows in its direction. */
function powerOf(state: MemberState, { role }: Field): number {
  const number = (of: Parameters<typeof valueWithRole>[1]): number => Number(valueWithRole(state, of) ?? 0);
  switch (role) {
    case 'imported_energy':
      return number('imported_power');
    case 'charged_energy':
    case 'charge_energy_total':
      return Math.max(0, number('battery_power'));
    case 'discharged_energy':
    case 'discharge_energy_total':
      return Math.max(0, -number('battery_power'));
    default:
      return 0;
  }
}
