import { type MemberState, metricsOf, type SiteView, valueWithRole } from '../../core/site/index.ts';
import type { Role } from '../../core/field.ts';
import { type Book, named } from './samples.ts';

const IDENTITY = ['model', 'serial_number', 'firmware'] as const satisfies readonly Role[];

/** What is measured, how fresh it is, and what is alarming. */
export function siteSamples({ add }: Book, view: SiteView, prefix: string, cells: boolean): void {
  const metric = named(prefix);
  const up = metric('device_up', 'Whether the device answers: 1, or 0');
  const refused = metric('device_refused_values_total', 'Values that cannot be true and were left out');
  const success = metric(
    'device_last_success_timestamp_seconds',
    'When the group was read last, in seconds since 1970-01-01T00:00Z',
  );
  for (const { name } of view.members()) {
    const state = view.state(name);
    if (state === undefined) continue;
    const labels = { site: view.site, device: name };
    add(up, labels, state.freshness === 'fresh' ? 1 : 0);
    add(
      metric('device_info', 'What the device is; always 1'),
      { ...labels, title: state.member.title, ...madeBy(state) },
      1,
    );
    add(
      refused,
      labels,
      Object.values(state.refused).reduce((sum, { count }) => sum + count, 0),
    );
    for (const group of state.member.groups) {
      const of = state.groups[group.name];
      const groupLabels = { ...labels, group: group.name };
      if (of?.at !== undefined) add(success, groupLabels, of.at / 1000);
      // Prometheus stamps what it fetches with its own time: an old value would pass for a new one.
      if (of?.freshness !== 'fresh') continue;
      for (const sample of metricsOf(prefix, group, of.values)) {
        if (!cells && sample.labels.index !== undefined) continue;
        add(sample.family, { ...groupLabels, ...sample.labels }, sample.value);
      }
    }
  }
  const alarm = metric('alarm_active', 'An alarm that stands; always 1');
  for (const { subject, severity, member, acknowledged } of view.alarms()) {
    const device = member === undefined ? {} : { device: member };
    const isSeen = acknowledged === undefined ? 'no' : 'yes';
    add(alarm, { site: view.site, ...device, subject, severity, acknowledged: isSeen }, 1);
  }
}

/** Labels of what a device is, as far as it is known. */
function madeBy(state: MemberState): Record<string, string> {
  const { make, bus, simulated } = state.member;
  const labels: Record<string, string> = {};
  if (make !== undefined) Object.assign(labels, { type: make.id, vendor: make.vendor });
  if (bus !== undefined) labels.bus = bus;
  for (const role of IDENTITY) {
    const value = valueWithRole(state, role);
    if (value !== undefined) labels[role] = String(value);
  }
  if (simulated) labels.simulated = 'yes';
  return labels;
}
