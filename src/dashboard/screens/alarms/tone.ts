import type { SiteEvent } from '../../../core/site/event.ts';

/** How something is marked by its severity. */
export function toneOf(severity: SiteEvent['severity']): string {
  return severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : '';
}
