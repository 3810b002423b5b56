import { Fault } from './fault.ts';

/** The clock of a device that keeps records by it, and what its moments are in UTC. */
export interface MeterClock {
  /** As it was named: `+03:00`, or an IANA zone such as `Europe/Berlin` where the device changes to summer time itself. */
  readonly zone: string;
  /**
   * The instant at which something ended, in milliseconds since 1970-01-01T00:00Z. Of a moment that comes twice in
   * autumn the later one; for one that does not exist in spring the instant of the change.
   * @param local `2026-11-20T07:30:00` on that clock
   */
  readonly ended: (local: string) => number;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** Zones change on whole minutes of UTC, and always have; nothing finer is searched for. */
const STEP = MINUTE;

/** The clock of a zone. Throws a `config` fault for what is neither `+hh:mm` nor a zone that this computer knows. */
export function meterClock(zone: string): MeterClock {
  const offsetAt = offsetsOf(zone);
  return {
    zone,
    ended(local) {
      const wall = Date.parse(`${local}Z`) - 1;
      if (Number.isNaN(wall)) throw new Fault('format', `'${local}' is no moment`);
      const offsets = [offsetAt(wall - DAY), offsetAt(wall + DAY)];
      const fitting = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at) === wall);
      if (fitting.length > 0) return Math.max(...fitting) + 1;
      return changeBetween(offsetAt, wall - Math.max(...offsets) - DAY, wall + DAY);
    },
  };
}

/** The instant at which an offset changes that changes once between two others. */
function changeBetween(offsetAt: (at: number) => number, from: number, to: number): number {
  let [low, high] = [Math.floor(from / STEP), Math.ceil(to / STEP)];
  const before = offsetAt(low * STEP);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * STEP) === before) low = middle;
    else high = middle;
  }
  return high * STEP;
}

/** How far the clock of a zone is ahead of UTC at an instant, in milliseconds. */
function offsetsOf(zone: string): (at: number) => number {
  const fixed = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (zone === 'Z' || fixed !== null) {
    const minutes = Number(fixed?.[2] ?? 0) * 60 + Number(fixed?.[3] ?? 0);
    const offset = (fixed?.[1] === '-' ? -1 : 1) * minutes * MINUTE;
    return () => offset;
  }
  const format = formatOf(zone);
  return (at) => {
    const whole = Math.floor(at / MINUTE) * MINUTE;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(whole)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute) - whole;
  };
}

function formatOf(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch (cause) {
    throw new Fault('config', `'${zone}' is no time zone: expected +03:00, or a name such as Europe/Berlin`, {
      cause,
    });
  }
}
