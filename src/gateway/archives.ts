import { archived, daysMissing, PROFILE, PROFILE_MARKS, profileArchive } from '../core/archive.ts';
import { type Clock, sleep } from '../core/clock.ts';
import type { Device } from '../core/device.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Field } from '../core/field.ts';
import type { MeterClock } from '../core/meter-clock.ts';
import type { ProfileDay } from '../core/profile.ts';
import type { Place } from '../core/read.ts';
import type { Logger, SiteGroup } from '../core/site/index.ts';
import type { Readings, Snapshot } from '../core/snapshot.ts';
import type { Store } from '../store/index.ts';

/** What stands behind the name of a group whose records are kept as an archive. */
const ARCHIVE = '_archive';

/** Days of a profile that are read at most: what meters keep. */
const MOST_DAYS = 127;
/** Days of a profile that are read in one dialogue, some four seconds at 9600: others on the line are not held up longer. */
const DAYS_AT_ONCE = 8;
/** Milliseconds until a profile is tried again that could not be read. */
const AGAIN = 300_000;

const plain = (name: string, title: string, quantity: Field['quantity']): Field => ({
  name,
  title,
  quantity,
  kind: quantity === 'text' || quantity === 'word' ? 'state' : 'measurement',
  source: 'kept by the device',
});

/** When something ended or happened by the device's own clock. */
const STAMP = [
  plain('local', "Moment on the device's clock", 'text'),
  plain('zone', 'Zone of that clock', 'text'),
];

/** Groups of what a device keeps of earlier times: they have a past, and no present. */
export function archiveGroups(device: Device): readonly SiteGroup[] {
  const profile: readonly SiteGroup[] = [
    {
      name: PROFILE,
      title: 'Load profile',
      period: 1800,
      fields: [
        plain('power', 'Mean power of the slot', 'power'),
        plain('energy', 'Energy of the slot', 'energy'),
        ...[1, 2, 3, 4].map((tariff) => plain(`t${tariff}`, `Energy of tariff ${tariff}`, 'energy')),
        plain('minutes', 'Length of the slot', 'minutes'),
        ...STAMP,
      ],
    },
    {
      name: PROFILE_MARKS,
      title: 'Remarks on the load profile',
      period: 1800,
      fields: [plain('marks', 'Without power, or clock set', 'word'), ...STAMP],
    },
  ];
  const kept = device.groups.flatMap(({ name, title, period, fields }): SiteGroup[] => {
    const items = fields.flatMap((field) => field.items ?? []);
    const logs = fields.some(({ quantity, kind }) => quantity === 'time' && kind === 'state');
    const own = [...items, ...(logs ? [plain('events', 'What happened', 'word')] : [])];
    return own.length === 0
      ? []
      : [{ name: `${name}${ARCHIVE}`, title: `${title}, kept`, period, fields: [...own, ...STAMP] }];
  });
  return [...(device.profile === undefined ? [] : profile), ...(device.archives === undefined ? [] : kept)];
}

/** What groups that were just read say of earlier times. */
export function archivesIn(
  { device }: Place,
  readings: Readings,
  origin: { readonly device: string; readonly clock: MeterClock },
): readonly Snapshot[] {
  const entries = device.archives?.(readings) ?? [];
  return archived(
    entries.map((entry) => ({ ...entry, group: `${entry.group}${ARCHIVE}` })),
    origin,
  );
}

/** Reads the load profile of a device in the gaps of the line. Rejects with `config` where it keeps none. */
export async function readProfile(
  { bus, device, address, name }: Place,
  days: number,
  onDay: (day: ProfileDay, done: number, total: number) => void,
  signal: AbortSignal,
): Promise<readonly ProfileDay[]> {
  const reading = device.profile?.(address, {
    days,
    reconcile: true,
    atOnce: DAYS_AT_ONCE,
    onDay,
  });
  if (reading === undefined) throw new Fault('config', `${device.id} keeps no load profile`);
  const { exchange, isComplete } = reading;
  do await bus.run({ device: name, rank: 'archive', exchange, timing: device.timing }, signal);
  while (!isComplete());
  return reading.days();
}

/** What keeping a profile up to date needs. */
export interface ProfileKeeping {
  readonly member: string;
  readonly place: Place;
  /** Days before today that are wanted at least. */
  readonly days: number;
  /** Milliseconds between two readings. */
  readonly every: number;
  readonly meter: MeterClock;
  readonly clock: Clock;
  readonly store: Pick<Store, 'memory'>;
  readonly log: Logger;
  readonly keep: (snapshots: readonly Snapshot[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Reads a profile again and again, each time from where it is known, until the signal aborts. */
export async function keepProfile(of: ProfileKeeping): Promise<void> {
  const { member, clock, store, signal } = of;
  const shelf = `profile.${member}`;
  while (!signal.aborted) {
    let pause = of.every;
    try {
      const known = Number(await store.memory.get(shelf));
      const last = known > 0 ? known : undefined;
      const days = last === undefined ? of.days : daysMissing(last, clock.date(), of.meter, MOST_DAYS);
      const read: ProfileDay[] = [];
      try {
        await readProfile(of.place, days, (day) => read.push(day), signal);
      } finally {
        // Oldest first, so that what a broken line left is read next time. A day that cannot be read costs no other.
        const snapshots = read.flatMap((day) => profileArchive(day, { device: member, clock: of.meter }));
        if (snapshots.length > 0) await of.keep(snapshots);
        const newest = snapshots.at(-1)?.at;
        if (newest !== undefined) await store.memory.set(shelf, String(newest));
      }
    } catch (error) {
      const fault = faultOf(error, 'format');
      if (fault.code === 'cancelled') return;
      of.log.warn(`the load profile of ${member} was not read: ${fault.message}`);
      pause = Math.min(pause, AGAIN);
    }
    await sleep(clock, pause, signal);
  }
}
