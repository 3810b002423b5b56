import { randomUUID, timingSafeEqual } from 'node:crypto';
import { show } from '../core/bytetext.ts';
import type { Clock } from '../core/clock.ts';
import type { Risk } from '../core/device.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Place } from '../core/read.ts';
import type { RemoteCommand, SiteEvent } from '../core/site/index.ts';
import { carryOut, type PlannedWrite, planWrite, type WriteReport } from '../core/write.ts';

/** A write that was checked and waits for a person to say yes. */
export interface Proposal {
  /** Says yes to exactly this write; once, and within two minutes. */
  readonly token: string;
  readonly member: string;
  readonly field: string;
  readonly value: unknown;
  /** The frame that will be sent, as text. */
  readonly frame: string;
  readonly risk: Risk;
  readonly remark?: string;
  /** Until when the token holds: milliseconds since 1970-01-01T00:00Z. */
  readonly until: number;
}

/**
 * Where every write passes that is not typed on a command line: only fields that the owner allows, in their range, not
 * too often, sent once, read back, and written down whatever became of it.
 */
export interface WriteDesk {
  /** Checks a write and shows what would be sent. Throws `config` or `refused` with the reason. */
  readonly propose: (member: string, field: string, value: string, by: string) => Proposal;
  /** Carries out what was proposed. Rejects with `refused` for a token that is unknown, used or too old, and with the fault of the write. */
  readonly confirm: (token: string, by: string, signal?: AbortSignal) => Promise<WriteReport>;
  /** Carries out a remote command (its sender confirmed it by allowing the field). Rejects with the reason. */
  readonly command: (command: RemoteCommand, signal?: AbortSignal) => Promise<WriteReport>;
}

/** What the desk needs. */
export interface WriteDeskOptions {
  readonly clock: Clock;
  /** The place of a member and the names that its owner allows; undefined: not there (yet). */
  readonly find: (
    member: string,
  ) => { readonly place: Place; readonly allowed: readonly string[] } | undefined;
  /** Writes down what was asked and what became of it. */
  readonly record: (event: SiteEvent) => void;
}

/** Milliseconds that a token holds. */
const TOKEN_LIFE = 120_000;
/** Most proposals that wait at a time; the oldest is dropped. */
const MOST_PROPOSALS = 100;
/** Writes to one member in one minute. */
const MOST_A_MINUTE = 10;
/** Milliseconds after which a remote command is too old to be meant, and that a sender's clock may be ahead. */
const STALE = 30_000;
const AHEAD = 10_000;

/** Opens a desk. */
export function writeDesk({ clock, find, record }: WriteDeskOptions): WriteDesk {
  const proposals = new Map<string, { readonly proposal: Proposal; readonly plan: PlannedWrite }>();
  const times = new Map<string, number[]>();

  const audit = (
    member: string,
    field: string,
    severity: SiteEvent['severity'],
    text: string,
    detail: NonNullable<SiteEvent['detail']>,
  ): void =>
    record({
      at: clock.date(),
      kind: 'write',
      severity,
      member,
      subject: `${member}.${field}`,
      text,
      detail,
    });

  const plan = (member: string, field: string, value: string): { place: Place; planned: PlannedWrite } => {
    const found = find(member);
    if (found === undefined) throw new Fault('config', `there is no device '${member}' that answers`);
    const { place, allowed } = found;
    const planned = planWrite(place.device, place.address, `${field}=${value}`);
    if (!allowed.includes(field)) {
      throw new Fault('refused', `writing '${field}' of ${member} is not allowed`, {
        hint: `add it to the device in the configuration: allow: [${[...allowed, field].join(', ')}]`,
      });
    }
    return { place, planned };
  };

  /** Counts a write; throws when there were too many. */
  const spend = (member: string): void => {
    const now = clock.now();
    const recent = (times.get(member) ?? []).filter((time) => now - time < 60_000);
    if (recent.length >= MOST_A_MINUTE) {
      throw new Fault('refused', `${member} was written ${MOST_A_MINUTE} times within a minute`, {
        hint: 'memory in devices wears out: wait a minute, and find out who writes so often',
      });
    }
    times.set(member, [...recent, now]);
  };

  const perform = async (
    member: string,
    place: Place,
    planned: PlannedWrite,
    by: string,
    signal: AbortSignal | undefined,
  ): Promise<WriteReport> => {
    const { name } = planned.writable;
    const requested = plain(planned.value);
    try {
      spend(member);
      const report = await carryOut(place, planned, signal);
      audit(member, name, 'info', `${name} of ${member} was written: ${String(requested)}, by ${by}`, {
        by,
        requested,
        outcome: report.outcome,
        frame: show(planned.frame),
        before: JSON.stringify(report.before),
        after: JSON.stringify(report.after),
      });
      return report;
    } catch (error) {
      const fault = faultOf(error, 'format');
      audit(member, name, 'warning', `${name} of ${member} was not written: ${fault.message}`, {
        by,
        requested,
        outcome: fault.code,
        frame: show(planned.frame),
      });
      throw fault;
    }
  };

  /** Does a check; what it refuses is written down too. */
  const refusing = <R>(member: string, field: string, value: string, by: string, check: () => R): R => {
    try {
      return check();
    } catch (error) {
      const fault = faultOf(error, 'config');
      audit(member, field, 'warning', `${field} of ${member} was refused: ${fault.message}`, {
        by,
        requested: value.slice(0, 200),
        outcome: fault.code,
      });
      throw fault;
    }
  };

  return {
    propose: (member, field, value, by) => {
      const { planned } = refusing(member, field, value, by, () => plan(member, field, value));
      const { writable } = planned;
      const proposal: Proposal = {
        token: randomUUID(),
        member,
        field,
        value: planned.value,
        frame: show(planned.frame),
        risk: writable.risk,
        until: clock.date() + TOKEN_LIFE,
        ...(writable.remark === undefined ? {} : { remark: writable.remark }),
      };
      proposals.set(proposal.token, { proposal, plan: planned });
      for (const [token] of proposals) {
        if (proposals.size <= MOST_PROPOSALS) break;
        proposals.delete(token);
      }
      return proposal;
    },
    confirm: async (token, by, signal) => {
      const key = [...proposals.keys()].find((known) => same(known, token));
      const waiting = key === undefined ? undefined : proposals.get(key);
      if (key === undefined || waiting === undefined) {
        throw new Fault('refused', 'this confirmation is unknown or was used already', {
          hint: 'propose the write again',
        });
      }
      proposals.delete(key);
      const { proposal } = waiting;
      if (clock.date() > proposal.until) {
        throw new Fault('refused', 'this confirmation is too old', { hint: 'propose the write again' });
      }
      // The owner may have withdrawn the permission since, and the device may have another address now.
      const found = find(proposal.member);
      if (found?.allowed.includes(proposal.field) !== true) {
        throw new Fault(
          'refused',
          `writing '${proposal.field}' of ${proposal.member} is not allowed any more`,
        );
      }
      const frame = waiting.plan.writable.frame(found.place.address, waiting.plan.value);
      if (show(frame) !== proposal.frame) {
        throw new Fault('refused', 'the frame would not be the one that was shown', {
          hint: 'propose the write again',
        });
      }
      return perform(proposal.member, found.place, waiting.plan, by, signal);
    },
    command: async ({ member, field, value, by, at }, signal) => {
      const { place, planned } = refusing(member, field, value, by, () => {
        const age = at === undefined ? 0 : clock.date() - at;
        if (age > STALE || age < -AHEAD) {
          throw new Fault('refused', `the command is ${Math.round(age / 1000)} s old`, {
            hint: 'commands are carried out at once or not at all; check the clock of the sender',
          });
        }
        return plan(member, field, value);
      });
      return perform(member, place, planned, by, signal);
    },
  };
}

function plain(value: unknown): string | number | boolean | null {
  return typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === null
    ? value
    : JSON.stringify(value);
}

/** Compares without telling by its duration how much was right. */
function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
