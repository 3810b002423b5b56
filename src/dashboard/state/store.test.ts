import { describe, expect, it } from 'vitest';
import type { ApiMember, ApiSite } from '../../core/site/api.ts';
import { createStore } from './store.ts';

const member = (name: string, simulated = false): ApiMember => ({
  name,
  title: name,
  bus: 'shed',
  groups: [],
  writables: [],
  simulated,
  profile: false,
});

const site: ApiSite = {
  site: 'home',
  title: 'Home',
  timezone: 'UTC',
  version: '1',
  started_at: 0,
  simulated: false,
  members: [member('a'), member('b')],
  buses: ['shed'],
};

describe('the store', () => {
  it('takes values as they come, and leaves the groups that nothing is said of', () => {
    const store = createStore();
    const value = { values: { voltage: 12 }, freshness: 'stale', at: 1 } as const;
    const all = { name: 'a', freshness: 'stale', groups: { one: value, two: value }, refused: {} } as const;
    store.apply({ what: 'state', at: 5, members: [all], alarms: [] });
    const snapshot = { device: 'a', group: 'one', at: 9, values: { voltage: 13 }, kind: 'live' } as const;
    store.apply({ what: 'snapshot', snapshot });
    expect(store.state('a').value.groups).toEqual({
      one: { at: 9, values: { voltage: 13 }, freshness: 'fresh' },
      two: value,
    });
    expect(store.state('a').value.freshness).toBe('fresh');
  });

  it('takes an archive for what was, not for what is', () => {
    const store = createStore();
    store.apply({
      what: 'snapshot',
      snapshot: { device: 'a', group: 'one', at: 9, values: { voltage: 13 }, kind: 'archive' },
    });
    expect(store.state('a').value.groups).toEqual({});
  });

  it('says gone of a member whose last group is gone, and keeps why', () => {
    const store = createStore();
    const fault = { code: 'timeout', message: 'no answer', at: 3 } as const;
    store.apply({
      what: 'freshness',
      member: 'a',
      group: 'one',
      state: { values: {}, freshness: 'gone', fault },
    });
    expect(store.state('a').value).toMatchObject({ freshness: 'gone', groups: { one: { fault } } });
  });

  it('wants the site again after a whole state that is not the first', () => {
    const store = createStore();
    const whole = { what: 'state', at: 1, members: [], alarms: [] } as const;
    expect(store.apply(whole)).toBeUndefined();
    expect(store.apply(whole)).toBe('site');
  });

  it('forgets what a whole state does not have any more', () => {
    const store = createStore();
    const snapshot = { device: 'a', group: 'one', at: 9, values: { voltage: 13 }, kind: 'live' } as const;
    store.apply({ what: 'snapshot', snapshot });
    store.apply({ what: 'state', at: 10, members: [], alarms: [] });
    expect(store.state('a').value).toEqual({ name: 'a', freshness: 'unknown', groups: {}, refused: {} });
  });

  it('lets members come, change in their place, and leave', () => {
    const store = createStore();
    store.setSite(site);
    store.apply({ what: 'member', name: 'a', member: member('a', true) });
    expect(store.site.value?.members.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(store.site.value?.simulated).toBe(true);
    store.apply({ what: 'member', name: 'c', member: member('c') });
    expect(store.site.value?.members.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    store.apply({ what: 'member', name: 'a' });
    expect(store.site.value?.members.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(store.site.value?.simulated).toBe(false);
  });

  it('keeps events newest first, and asks for alarms when one of them is about one', () => {
    const store = createStore();
    const event = { at: 1, kind: 'write', severity: 'info', subject: 's', text: 'first' } as const;
    expect(store.apply({ what: 'event', event })).toBeUndefined();
    expect(store.apply({ what: 'event', event: { ...event, kind: 'alarm_raised', text: 'second' } })).toBe(
      'alarms',
    );
    expect(store.events.value.map(({ text }) => text)).toEqual(['second', 'first']);
  });
});
