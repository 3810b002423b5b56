import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/store/engine.ts';
import { batch, field, FOREVER, HOUR, snapshot } from '../store/fixture.ts';
import { start } from './harness.ts';

const START = Date.parse('2026-10-24T22:00Z'); // midnight in Berlin: the day on which its clocks go back
const folder = mkdtempSync(join(tmpdir(), 'busbar-history-'));
const path = join(folder, 'busbar.db');
let engine: Engine;

beforeAll(() => {
  engine = openEngine({ path, retention: FOREVER, timezone: 'Europe/Berlin', report: () => undefined });
  const packs = {
    ...field('packs', 'count', 'measurement'),
    items: [field('address', 'count', 'identity'), field('voltage', 'voltage', 'measurement')],
  };
  const fields = [field('voltage', 'voltage', 'measurement'), field('energy', 'energy', 'counter')];
  const described = [
    {
      member: 'shunt',
      groups: [{ name: 'measured', period: 1, fields: [...fields, field('note', 'word', 'state')] }],
    },
    { member: 'rack', groups: [{ name: 'analog', period: 1, fields: [packs] }] },
  ];
  const items = Array.from({ length: 26 }, (_, hour) => [
    snapshot(START + hour * HOUR, { voltage: 50 + hour / 100, energy: hour, note: 'a "b", c' }),
    snapshot(
      START + hour * HOUR,
      { packs: [{ address: 2, voltage: 51 }] },
      { device: 'rack', group: 'analog' },
    ),
  ]).flat();
  engine.commit(batch(items, { described }), 0, START);
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

const history = (...words: string[]) => start(['history', ...words, '--database', path]).done;

/** The engine above has the database open all the while, as a gateway has. */
describe('busbar history', () => {
  it('lists the series', async () => {
    const { stdout, code } = await history('series', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { member: 'shunt', path: 'voltage', unit: 'V', kind: 'measurement', first: '2026-10-24T22:00:00.000Z' },
      { path: 'energy', unit: 'kWh', kind: 'counter', last: '2026-10-25T23:00:00.000Z' },
      { path: 'note' },
      { member: 'rack', group: 'analog', path: 'packs.2.voltage' },
    ]);
  });

  it('exports as CSV, from and to a moment', async () => {
    const span = ['--from', '2026-10-25', '--to', '2026-10-25T01:00+02:00'];
    const { stdout } = await history('export', ...span);
    expect(stdout).toBe(
      [
        'time,member,group,path,unit,value',
        '2026-10-24T22:00:00.000Z,shunt,measured,voltage,V,50',
        '2026-10-24T22:00:00.000Z,shunt,measured,energy,kWh,0',
        '2026-10-24T22:00:00.000Z,shunt,measured,note,,"a ""b"", c"',
        '2026-10-24T22:00:00.000Z,rack,analog,packs.2.voltage,V,51',
        '',
      ].join('\n'),
    );
  });

  it('exports days of the site, 25 hours long where they are', async () => {
    const { stdout } = await history('export', '--level', 'day', '--series', 'shunt.*.energy', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      { time: '2026-10-24T22:00:00.000Z', count: 25, value: 24, delta: 24 },
      { time: '2026-10-25T23:00:00.000Z', count: 1, value: 25, delta: 1, since: '2026-10-25T22:00:00.000Z' },
    ]);
  });

  it('exports into a file, and replaces none unasked', async () => {
    const file = join(folder, 'rack.jsonl');
    const words = ['export', '--series', 'rack', '--jsonl', '-o', file];
    expect((await history(...words)).code).toBe(0);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(26);
    const again = await history(...words);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('--force to replace it');
  });

  it.each([
    [['export', '--series', 'tank'], "has no series 'tank'"],
    [
      ['export', '--from', '2026-02-30', '-o', join(folder, 'never.csv')],
      "--from: '2026-02-30' is no moment",
    ],
    [['export', '--from', '2026-10-25T10:00'], 'an instant with its zone'],
    [['import'], "'import': expected export or series"],
  ])('refuses %j in words', async (words, said) => {
    const { code, stderr } = await history(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(existsSync(join(folder, 'never.csv'))).toBe(false);
  });

  it('finds the database by the configuration', async () => {
    const config = join(folder, 'busbar.yaml');
    const device = '{ name: shunt, device: juntek-kg }';
    writeFileSync(
      config,
      `site: home\nbuses: [{ name: shed, link: "tcp://127.0.0.1:1", devices: [${device}] }]\nhistory: { path: ./busbar.db }\n`,
    );
    const { stdout, stderr } = await start(['history', 'series', '-c', config]).done;
    expect(stderr).toBe('');
    expect(stdout).toContain('shunt,measured,energy');
  });
});
