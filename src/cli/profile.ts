import { Fault, faultOf } from '../core/fault.ts';
import type { ProfileDay, ProfileReading, ProfileSlot } from '../core/profile.ts';
import { profileFile } from './profile-file.ts';
import { openSession, type Session, type SessionOptions, within } from './session.ts';
import { complain, isWatched, log, print, progress } from './terminal.ts';

/** What `profile` takes. */
export interface ProfileOptions extends SessionOptions {
  /** Days before today. */
  readonly days: number;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly table?: boolean;
  /** False: without the registers of each day. */
  readonly reconcile: boolean;
  /** Zone of the meter's clock, as `+03:00`: then instants in UTC are added. */
  readonly zone?: string;
  /** CSV file to which the slots are added that are not in it yet, in place of printing. */
  readonly append?: string;
}

type Style = 'csv' | 'json' | 'table';

/** Milliseconds for a day of the profile on a slow line, and for what is read besides. */
const EACH_DAY = 5_000;
const BESIDES = 30_000;

/** Reads the load profile and prints it; what was read before a fault or Ctrl-C is printed too. Returns the exit code. */
export async function profile(link: string, options: ProfileOptions): Promise<number> {
  const style = styleOf(options);
  const file =
    options.append === undefined
      ? undefined
      : await profileFile(options.append, HEADER, options.days, options.zone);
  const wanted = file?.days ?? options.days;
  const session = await openSession(link, options);
  try {
    const { device, address } = session.place;
    const read = device.profile;
    if (read === undefined) throw new Fault('config', `${device.id} keeps no load profile`);
    const reading = read(address, {
      days: wanted,
      reconcile: options.reconcile,
      onDay: (day, done, total) => {
        const text = `${done} of ${total} days: ${day.date} ${day.outcome}`;
        progress(text);
        log('debug', text);
      },
    });
    const fault = await carryOut(session, reading, wanted, options);
    progress('');
    const days = reading.days();
    if (file === undefined) await print(render(days, style, session, options));
    else {
      const rows = days.flatMap((day) => day.slots.map((slot) => row(day, slot, options.zone)));
      log('warn', `${await file.append(rows)} slots added to ${options.append ?? ''}`);
    }
    for (const day of days.filter(({ outcome }) => outcome === 'mismatch')) log('warn', mismatch(day));
    if (fault === undefined) return 0;
    complain(fault, `after ${days.length} of ${wanted + 1} days`);
    return 1;
  } finally {
    await session.close();
  }
}

/** Reads to the end, or brings the fault that ended it. */
async function carryOut(
  session: Session,
  reading: ProfileReading,
  days: number,
  options: ProfileOptions,
): Promise<Fault | undefined> {
  const { bus, device, name } = session.place;
  const limit = options.timeout ?? BESIDES + EACH_DAY * (days + 1);
  try {
    await within(limit, session.signal, (signal) =>
      bus.run({ device: name, rank: 'user', exchange: reading.exchange, timing: device.timing }, signal),
    );
    return undefined;
  } catch (error) {
    const fault = faultOf(error, 'format');
    if (fault.code === 'config') throw fault;
    return fault;
  }
}

function styleOf(options: ProfileOptions): Style {
  const chosen = (['csv', 'json', 'table'] as const).filter((name) => options[name] !== undefined);
  if (options.append !== undefined && chosen.some((name) => name !== 'csv')) {
    throw new Fault('config', `--append writes CSV: leave out --${chosen.join(', --')}`);
  }
  if (chosen.length > 1) throw new Fault('config', `choose one of --${chosen.join(', --')}`);
  return chosen[0] ?? (isWatched() ? 'table' : 'csv');
}

function render(
  days: readonly ProfileDay[],
  style: Style,
  { place }: Session,
  { zone }: ProfileOptions,
): string {
  switch (style) {
    case 'csv':
      return (
        [HEADER, ...days.flatMap((day) => day.slots.map((slot) => row(day, slot, zone)))].join('\n') + '\n'
      );
    case 'json': {
      const document = {
        device: { id: place.device.id, address: place.address },
        ...(zone === undefined ? {} : { zone }),
        days: days.map((day) => dayJson(day, zone)),
      };
      return `${JSON.stringify(document, null, 2)}\n`;
    }
    case 'table':
      return days.map(dayText).join('');
  }
}

const HEADER = 'start,end,start_utc,power_w,energy_kwh,t1_kwh,t2_kwh,t3_kwh,t4_kwh,marks,day';

function row(day: ProfileDay, slot: ProfileSlot, zone: string | undefined): string {
  return [
    moment(day.date, slot.from),
    moment(day.date, slot.to),
    zone === undefined ? '' : utc(day.date, slot.from, zone),
    slot.power,
    kilowattHours(slot.energy),
    ...slot.tariffs.map(kilowattHours),
    slot.marks.join('+'),
    day.outcome,
  ].join(',');
}

function dayJson(day: ProfileDay, zone: string | undefined): Record<string, unknown> {
  return {
    date: day.date,
    schedule: day.schedule.schedule,
    because: day.schedule.because,
    tariffs: day.spans.map(({ from, tariff }) => ({ from: clock(from), tariff })),
    minutes: day.minutes,
    outcome: day.outcome,
    ...(day.difference === undefined
      ? {}
      : {
          difference: {
            total: kilowattHours(day.difference.total),
            ...tariffs(day.difference.tariffs),
          },
          tolerance: kilowattHours(day.tolerance),
        }),
    slots: day.slots.map((slot) => ({
      start: moment(day.date, slot.from),
      ...(zone === undefined ? {} : { start_utc: utc(day.date, slot.from, zone) }),
      power: slot.power,
      energy: kilowattHours(slot.energy),
      ...tariffs(slot.tariffs),
      ...(slot.marks.length === 0 ? {} : { marks: slot.marks }),
    })),
  };
}

function tariffs(values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, index) => [`t${index + 1}`, kilowattHours(value)]));
}

/** One day in two lines: sums by tariff, and whether they are what the registers say. */
function dayText(day: ProfileDay): string {
  const sum = (of: (slot: ProfileSlot) => number): number =>
    day.slots.reduce((all, slot) => all + of(slot), 0);
  const sums = [0, 1, 2, 3].map(
    (index) =>
      `T${index + 1} ${kilowattHours(sum((slot) => slot.tariffs[index] ?? 0))
        .toFixed(3)
        .padStart(8)}`,
  );
  const gaps = day.slots.filter(({ marks }) => marks.includes('gap')).length;
  const changes = day.slots.filter(({ marks }) => marks.includes('clock')).length;
  const notes = [
    day.slots.length * day.minutes < 1440 ? `until ${clock(day.slots.length * day.minutes)}` : '',
    gaps === 0 ? '' : `${gaps} slots without power`,
    changes === 0 ? '' : `${changes} slots with a changed clock`,
  ].filter((note) => note !== '');
  const total = kilowattHours(sum((slot) => slot.energy))
    .toFixed(3)
    .padStart(8);
  return `${day.date} ${total} kWh  ${sums.join('  ')}  ${day.outcome}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}\n`;
}

function mismatch({ date, difference, tolerance }: ProfileDay): string {
  const parts = (difference?.tariffs ?? []).map((value, index) => `T${index + 1} ${kilowattHours(value)}`);
  return `${date}: the registers differ from the profile by ${kilowattHours(difference?.total ?? 0)} kWh (${parts.join(', ')}); up to ${kilowattHours(tolerance)} is rounding`;
}

/** Watt-minutes as kWh, to a tenth of a watt-hour's thousandth: all digits that there are. */
function kilowattHours(wattMinutes: number): number {
  return (Math.round((wattMinutes * 100) / 6) + 0) / 1_000_000;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** A moment on the meter's clock. */
function moment(date: string, minutes: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
}

function utc(date: string, minutes: number, zone: string): string {
  return new Date(Date.parse(`${date}T00:00:00${zone}`) + minutes * 60_000).toISOString().slice(0, 19) + 'Z';
}
