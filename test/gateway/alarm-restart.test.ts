import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { rig, shunt, type TestBus, testClock } from './rig.ts';

const MINUTE = 60_000;

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

it('alarms that stood go on standing through a restart: of rules, silent devices, what is not found yet', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-gateway-'));
  cleanup.push(() => rmSync(folder, { recursive: true }));
  const clock = testClock();
  /** @param family who answers for the device of which only the family is known */
  const run = (family: Pick<TestBus, 'answers'>) =>
    rig({
      clock,
      folder,
      outputs: { away: { batch: 10, deliver: () => Promise.reject(new Error('away')) } },
      buses: [
        shunt('a'),
        shunt('b'),
        { name: 'x', devices: [{ name: 'dead', device: 'juntek-kg' }] },
        { ...family, name: 'f', devices: [{ name: 'some', device: 'juntek' }] },
      ],
      more: {
        alarms: ['a', 'b', 'some'].map((name) => ({ name: `${name}-high`, when: `${name}.voltage > 45` })),
        batteries: { both: { members: ['a', 'b'] } },
      },
    });
  const standing = ['a-high', 'b-high', 'dead.no_data', 'output.away.backlog', 'some-high'];
  const first = await run(shunt('f'));
  await first.pass(12 * MINUTE, 1_000);
  const alarms = first.gateway.view.alarms();
  expect(alarms.map(({ subject }) => subject).sort()).toEqual(standing);
  first.gateway.acknowledge('b-high', 'test');
  await first.close();

  const second = await run({});
  cleanup.push(second.close);
  await second.pass(2 * MINUTE, 1_000);
  const since = Object.fromEntries(alarms.map((one) => [one.subject, one.since]));
  const after = second.gateway.view.alarms();
  expect(Object.fromEntries(after.map((one) => [one.subject, one.since]))).toEqual(since);
  expect(after.find(({ subject }) => subject === 'b-high')?.acknowledged?.by).toBe('test');
  const told = async (): Promise<readonly string[]> => {
    const events = (await second.gateway.store.events()).map(({ event }) => event);
    return events
      .filter(({ kind }) => kind === 'alarm_raised' || kind === 'alarm_cleared')
      .map(({ kind, text, subject }) =>
        kind === 'alarm_raised' ? `raised ${subject}` : `${subject}: ${text.split(': ').at(-1) ?? ''}`,
      );
  };
  const raised = standing.map((subject) => `raised ${subject}`);
  expect([...(await told())].sort()).toEqual(raised);

  // What leaves the configuration takes its alarms along.
  const config = second.gateway.config();
  const applied = second.gateway.apply({
    ...config,
    buses: config.buses.filter(({ name }) => name !== 'x' && name !== 'f'),
    alarms: config.alarms.filter(({ name }) => name === 'b-high'),
    outputs: {},
  });
  await second.during(applied);
  await second.pass(2_000);
  expect(second.gateway.view.alarms().map(({ subject }) => subject)).toEqual(['b-high']);
  expect((await told()).filter((one) => !raised.includes(one)).sort()).toEqual([
    'a-high: the rule is no more',
    'dead.no_data: dead is no more',
    'output.away.backlog: the output is no more',
    'some-high: some is no more',
  ]);
});
