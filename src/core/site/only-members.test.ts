import { expect, test } from 'vitest';
import { memberOf, playedSite, stateOf } from '../../../test/outputs/site.ts';
import { catalog } from '../../devices/index.ts';
import { onlyMembers } from './only-members.ts';

test('shows the members named, their changes and alarms, and those of the site', () => {
  const [device] = catalog.devices;
  if (device === undefined) throw new Error('no devices');
  const site = playedSite('home', ['late', 'other_late']);
  const view = onlyMembers(site, ['a', 'late']);
  const seen: string[] = [];
  view.subscribe((change) => seen.push(change.what));
  site.put(stateOf(memberOf(device, 'a'), {}, 0));
  site.put(stateOf(memberOf(device, 'b'), {}, 0));
  for (const member of ['a', 'b', undefined]) {
    site.alarm({
      at: 0,
      kind: 'alarm_raised',
      severity: 'warning',
      subject: String(member),
      text: '',
      ...(member === undefined ? {} : { member }),
    });
  }
  for (const device of ['a', 'b']) {
    site.measured({ device, group: 'measured', at: 1, values: {}, kind: 'live' });
  }
  expect(view.members().map(({ name }) => name)).toEqual(['a']);
  expect(view.expected?.()).toEqual(['a', 'late']);
  expect(view.state('b')).toBeUndefined();
  expect(view.state('a')).toBeDefined();
  expect(view.alarms().map(({ subject }) => subject)).toEqual(['a', 'undefined']);
  expect(seen).toEqual(['member', 'event', 'event', 'snapshot']);
});
