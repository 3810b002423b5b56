import { describe, expect, it } from 'vitest';
import { published, provisioned } from './grafana-files.ts';
import { variablesIn } from './grafana-variables.ts';

/** The form of the dashboards; whether their queries find something is asked in grafana-queries.test.ts. */

it('there are four dashboards for each of three sources, each with a uid of its own', () => {
  expect([...provisioned.keys()].sort()).toEqual(['busbar-influxdb', 'busbar-postgres', 'busbar-prometheus']);
  expect(published.map(({ dashboard }) => dashboard.uid).sort()).toEqual(
    [...provisioned.keys()]
      .flatMap((source) => ['battery', 'fleet', 'meter', 'site'].map((name) => `${source}-${name}`))
      .sort(),
  );
});

describe.each(published)('the dashboard $name for $source', ({ source, text, dashboard }) => {
  const { panels, templating } = dashboard;

  it('can be provisioned and imported: no number of its own, a known form, the time zone of the reader', () => {
    expect(dashboard).toMatchObject({
      id: null,
      timezone: 'browser',
      schemaVersion: 42,
      tags: ['busbar', source],
    });
    expect(dashboard.refresh).toMatch(/^\d+[sm]$/);
    expect(text).not.toContain('undefined');
    // The limit of Grafana for uids.
    expect(dashboard.uid).toMatch(/^[a-z-]{1,40}$/);
  });

  it('has panels with numbers of their own that do not lie on each other', () => {
    expect(panels.length).toBeGreaterThan(5);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x}.${y}`), `${title ?? ''} lies on another`).toBe(false);
          taken.add(`${x}.${y}`);
        }
      }
    }
    for (const { title, targets = [] } of panels)
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
  });

  it('asks a source that is provisioned, and no variable that is not there', () => {
    const chosen = templating.list.find(({ name }) => name === 'datasource');
    expect(chosen?.type).toBe('datasource');
    expect(provisioned.get(String(chosen?.current.value))).toBe(chosen?.query);
    const names = new Set(templating.list.map(({ name }) => name));
    for (const { datasource } of templating.list)
      if (datasource !== undefined) expect(datasource.uid).toBe('${datasource}');
    for (const { type, title, targets = [], datasource, ...panel } of panels) {
      if (type === 'row') continue;
      expect(datasource, title).toEqual({ type: chosen?.query, uid: '${datasource}' });
      expect(targets.length, title).toBeGreaterThan(0);
      for (const { expr = '', query = '', rawSql = '' } of targets)
        for (const name of variablesIn(expr + query + rawSql)) expect(names, title).toContain(name);
      for (const name of variablesIn(title ?? '')) expect(names, title).toContain(name);
      if (panel.repeat !== undefined) expect(names).toContain(panel.repeat);
    }
    for (const { query } of templating.list)
      for (const name of variablesIn(query)) expect(names).toContain(name);
  });

  it('says in words what it means when there is nothing, and has a unit wherever there are numbers', () => {
    for (const { type, title, fieldConfig } of panels) {
      if (type === 'row') continue;
      expect(fieldConfig?.defaults.noValue?.length, title).toBeGreaterThan(10);
      if (['timeseries', 'stat', 'bargauge'].includes(type))
        expect(fieldConfig?.defaults.unit, title).toBeTruthy();
    }
  });

  it('draws no line over a gap', () => {
    for (const { type, title, interval, fieldConfig } of panels) {
      if (type !== 'timeseries' && type !== 'state-timeline') continue;
      const { spanNulls } = (fieldConfig?.defaults.custom ?? {}) as { spanNulls?: unknown }; // Grafana's own form
      // Some readings may be missing; more than five minutes, or three readings of what is read each minute, is a gap.
      expect(spanNulls === false || (typeof spanNulls === 'number' && spanNulls <= 300_000), title).toBe(
        true,
      );
      if (typeof spanNulls === 'number')
        expect(Number.parseInt(interval ?? '', 10) * 1000).toBeLessThanOrEqual(spanNulls);
    }
  });

  it('links only to dashboards that there are', () => {
    for (const [, uid] of text.matchAll(/"\/d\/([^?"]+)/g))
      expect(published.map((one) => one.dashboard.uid)).toContain(uid);
  });
});
