import type { Alarm, Severity } from '../core/site/index.ts';
import { type Watch, watch } from './alarm-watch.ts';
import { partsOf, readState } from './persisted.ts';

/** Where an alarm comes from, so that it ends when that is no more. */
export type Origin =
  | { readonly of: 'rule' }
  | { readonly of: 'device'; readonly group: string; readonly path: string }
  | { readonly of: 'presence' }
  | { readonly of: 'access' }
  | { readonly of: 'output' };

/** A trouble that is watched; it is an alarm while `alarm` is there. */
export interface Entry {
  readonly watch: Watch;
  readonly origin: Origin;
  readonly member?: string;
  /** Of a rule: its times, as its watch knows them. */
  readonly times?: string;
  alarm?: Alarm;
}

/** Milliseconds of calm after which an output has caught up. */
export const BACKLOG_CLEARED = 10_000;

const SEVERITIES: readonly string[] = ['info', 'warning', 'critical'] satisfies readonly Severity[];

/** The alarms that stood before a restart, by subject. Throws a `format` fault where they cannot be read. */
export function restored(state: string, calm: number): [string, Entry][] {
  const what = 'alarms';
  return partsOf(readState(state, what), what)
    .list('alarms')
    .map((kept): [string, Entry] => {
      const subject = kept.text('subject');
      const severity = kept.text('severity');
      const member = kept.maybeText('member');
      const seen = kept.maybePart('acknowledged');
      const from = kept.part('origin');
      const of = from.text('of');
      const origin: Origin =
        of === 'device'
          ? { of, group: from.text('group'), path: from.text('path') }
          : { of: of === 'presence' || of === 'output' || of === 'access' ? of : 'rule' };
      const alarm: Alarm = {
        subject,
        severity: SEVERITIES.includes(severity) ? (severity as Severity) : 'warning', // just looked up
        text: kept.text('text'),
        since: kept.number('since'),
        ...(member === undefined ? {} : { member }),
        ...(seen === undefined ? {} : { acknowledged: { at: seen.number('at'), by: seen.text('by') } }),
      };
      const calmOf = of === 'presence' || of === 'access' ? 0 : of === 'output' ? BACKLOG_CLEARED : calm;
      return [
        subject,
        { watch: watch(0, calmOf, true), origin, alarm, ...(member === undefined ? {} : { member }) },
      ];
    });
}
