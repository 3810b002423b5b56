import { describe, expect, it } from 'vitest';
import { Fault } from '../core/fault.ts';
import type { Member, SiteChange } from '../core/site/index.ts';
import { siteState } from './site-state.ts';

const shunt: Member = {
  name: 'shunt',
  title: 'Shunt',
  groups: [{ name: 'measured', title: 'Measured', period: 1, fields: [] }],
  writables: [],
  simulated: false,
};

/** Fresh for three periods, stale for ten, then gone. */
function world() {
  let now = 0;
  const errors: unknown[] = [];
  const site = siteState({
    site: 'home',
    now: () => 1_000_000 + now,
    monotonic: () => now,
    judge: (age, period) =>
      age === undefined ? 'unknown' : age <= 3 * period ? 'fresh' : age <= 10 * period ? 'stale' : 'gone',
    alarms: () => [],
    onError: (error) => errors.push(error),
  });
  const changes: SiteChange[] = [];
  site.subscribe((change) => changes.push(change));
  const measure = (voltage: number): void =>
    site.measured({ device: 'shunt', group: 'measured', at: now, values: { voltage }, kind: 'live' });
  return { site, changes, errors, measure, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('the state of a site', () => {
  it('begins unknown, is fresh when read, then stale, then gone; each is told once', () => {
    const { site, changes, measure, pass } = world();
    site.put(shunt);
    expect(site.state('shunt')).toMatchObject({ freshness: 'unknown', groups: { measured: { values: {} } } });
    measure(13.2);
    for (let second = 0; second < 12; second++) {
      pass(1000);
      site.age();
    }
    const told = changes.flatMap((change) => (change.what === 'freshness' ? [change.state.freshness] : []));
    expect(told).toEqual(['fresh', 'stale', 'gone']);
    // The last values are still there for whoever wants to know what was.
    expect(site.state('shunt')?.groups.measured?.values).toEqual({ voltage: 13.2 });
  });

  it('shows the last fault until the next success, and tells the same trouble once', () => {
    const { site, changes, measure } = world();
    site.put(shunt);
    site.failed('shunt', 'measured', new Fault('timeout', 'silent', { hint: 'look at the wires' }));
    site.failed('shunt', 'measured', new Fault('timeout', 'silent'));
    expect(changes.filter(({ what }) => what === 'freshness')).toHaveLength(1);
    expect(site.state('shunt')?.groups.measured?.fault).toMatchObject({ code: 'timeout', at: 1_000_000 });
    measure(13.2);
    expect(site.state('shunt')?.groups.measured).not.toHaveProperty('fault');
  });

  it('takes an archive for what was, not for what is', () => {
    const { site, changes } = world();
    site.put(shunt);
    site.measured({ device: 'shunt', group: 'measured', at: 0, values: { voltage: 1 }, kind: 'archive' });
    expect(site.state('shunt')?.freshness).toBe('unknown');
    expect(changes.at(-1)).toMatchObject({ what: 'snapshot', snapshot: { kind: 'archive' } });
  });

  it('calls a device gone whose values are, however fresh its settings', () => {
    const { site, measure, pass } = world();
    site.put({
      ...shunt,
      groups: [...shunt.groups, { name: 'info', title: 'Info', period: 86_400, fields: [] }],
    });
    measure(13.2);
    site.measured({ device: 'shunt', group: 'info', at: 0, values: { model: 1 }, kind: 'live' });
    pass(600_000);
    site.age();
    expect(site.state('shunt')).toMatchObject({
      freshness: 'gone',
      groups: { info: { freshness: 'fresh' } },
    });
  });

  it('counts what was refused, with the last reason', () => {
    const { site } = world();
    site.put(shunt);
    site.refused('shunt', 'measured.voltage', 'above 1000 V');
    site.refused('shunt', 'measured.voltage', 'below 0 V');
    expect(site.state('shunt')?.refused).toEqual({ 'measured.voltage': { count: 2, why: 'below 0 V' } });
  });

  it('keeps values when a member is known better, and forgets groups that went', () => {
    const { site, measure } = world();
    site.put(shunt);
    measure(13.2);
    site.put({
      ...shunt,
      title: 'KG',
      groups: [...shunt.groups, { name: 'info', title: 'Info', period: 60, fields: [] }],
    });
    expect(site.state('shunt')?.groups).toMatchObject({
      measured: { values: { voltage: 13.2 } },
      info: { freshness: 'unknown' },
    });
    site.put({ ...shunt, groups: [] });
    expect(site.state('shunt')?.groups).toEqual({});
    site.remove('shunt');
    expect(site.state('shunt')).toBeUndefined();
  });

  it('calls every listener, also behind one that throws', () => {
    const { site, errors } = world();
    const heard: string[] = [];
    site.subscribe(() => {
      throw new Error('broken');
    });
    const end = site.subscribe(({ what }) => heard.push(what));
    site.put(shunt);
    expect(heard).toEqual(['member']);
    expect(errors).toHaveLength(1);
    end();
    site.remove('shunt');
    expect(heard).toEqual(['member']);
  });
});
