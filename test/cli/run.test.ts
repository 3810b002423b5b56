import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import kg from '../../src/devices/juntek/kg.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { tcpHub } from '../../src/node/tcp-hub.ts';
import { site } from '../../src/simulator/index.ts';
import { busbar, start } from './harness.ts';

let folder = '';
let link = '';
const ends: (() => Promise<unknown>)[] = [];

/** Two shunts on one line, charged with 50 A. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'busbar-run-'));
  const hub = await tcpHub(0);
  const current = [['current', 50]] as const;
  const simulated = site({
    clock: systemClock,
    seed: 1,
    devices: [
      { device: kg, address: 1, set: current },
      { device: kg, address: 2, set: current },
    ],
  });
  const served = simulated.serve(hub.channel);
  link = `tcp://${hub.channel.peer}`;
  ends.push(async () => {
    simulated.stop();
    await hub.channel.close();
    await served;
  });
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => join(folder, 'busbar.yaml');

/** Writes a configuration with these devices. */
function configure(devices: string, more = ''): void {
  writeFileSync(
    file(),
    `site: test
buses:
  - name: shed
    link: ${link}
    devices:
${devices}history: { path: ${join(folder, 'busbar.db')}, flush: 200ms }
http: { listen: "127.0.0.1:0" }
${more}`,
  );
}

const ONE = '      - { name: one, device: juntek-kg, address: 1 }\n';
const TWO = '      - { name: two, device: juntek-kg, address: 2 }\n';

/** Asks again until the answer is as wanted. */
async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  patience = 15_000,
): Promise<T> {
  const until = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > until) throw new Error(`still ${JSON.stringify(answer).slice(0, 400)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface State {
  readonly members: readonly {
    readonly name: string;
    readonly groups: Readonly<
      Record<string, { readonly freshness: string; readonly values: Readonly<Record<string, number>> }>
    >;
  }[];
}

async function run(): Promise<{
  gateway: ReturnType<typeof start>;
  url: string;
  state: () => Promise<State>;
}> {
  const gateway = start(['run', '-c', file()]);
  await gateway.says('http://');
  const url = /http:\/\/\S+/.exec(gateway.said())?.[0] ?? '';
  return { gateway, url, state: async () => (await (await fetch(`${url}api/state`)).json()) as State }; // its own document
}

const fresh = (name: string) => (state: State) =>
  state.members.find((one) => one.name === name)?.groups.measured?.freshness === 'fresh';
const charged = (state: State): number =>
  state.members.find(({ name }) => name === 'one')?.groups.energy?.values.charge_energy_total ?? 0;

describe('busbar run', () => {
  it('polls, answers, takes a saved change, and goes on when the change is wrong', async () => {
    configure(ONE);
    const { gateway, url, state } = await run();
    await eventually(state, fresh('one'));

    configure(ONE + TWO);
    await eventually(state, fresh('two'));

    configure(ONE.replace('juntek-kg', 'juntek-kgg'));
    await gateway.says("did you mean 'juntek-kg'");
    expect(gateway.said()).toMatch(/busbar\.yaml:6:\d+/);
    expect((await state()).members.map(({ name }) => name)).toEqual(['one', 'two']);

    configure(TWO);
    await eventually(state, ({ members }) => members.length === 1 && members[0]?.name === 'two');
    await eventually(
      async () => ((await (await fetch(`${url}api/events`)).json()) as { events: { text: string }[] }).events, // its own document
      (events) => events[0]?.text.includes('stopped: shed/one') === true,
    );
    gateway.interrupt();
    expect((await gateway.done).code).toBe(0);
  });

  it('keeps history and counts when it is killed', async () => {
    configure(ONE);
    const first = await run();
    // 50 A at about 13 V for a second are 0.18 Wh: some of it is counted before the end.
    const before = charged(await eventually(first.state, (state) => charged(state) > 0.0005, 30_000));
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // the commit of what was just shown
    first.gateway.kill();
    await first.gateway.done;

    const second = await run();
    const after = charged(await eventually(second.state, (state) => charged(state) > 0, 30_000));
    expect(after).toBeGreaterThanOrEqual(before);
    const history = await eventually(
      async () =>
        (await (await fetch(`${second.url}api/history?series=one.measured.voltage&level=raw`)).json()) as {
          series: { time: number[] }[];
        }, // its own document
      ({ series }) => (series[0]?.time.length ?? 0) > 5,
    );
    const times = history.series[0]?.time ?? [];
    expect(times).toEqual([...times].sort((a, b) => a - b));

    const rival = await busbar('run', '-c', file());
    expect(rival.code).toBe(2);
    expect(rival.stderr).toMatch(/another gateway|in use|process \d+/);
    second.gateway.interrupt();
    expect((await second.gateway.done).code).toBe(0);
  });

  it('is asked by other commands instead of being disturbed', async () => {
    configure(ONE);
    const { gateway, state } = await run();
    await eventually(state, fresh('one'));
    const read = await busbar('read', link, '--device', 'juntek', '--address', '1');
    expect(read.code).toBe(0);
    expect(JSON.parse(read.stdout)).toMatchObject({
      device: { id: 'juntek-kg', address: 1 },
      measured: { current: 50 },
    });
    const other = await busbar('read', link, '--device', 'pylontech');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('one (juntek-kg');
    const write = await busbar('write', link, '--device', 'juntek-kg', 'output=off', '--confirm');
    expect(write.code).toBe(1);
    expect(write.stderr).toContain('is polled by a running gateway');
    gateway.interrupt();
    await gateway.done;
  });

  it('says where a configuration is wrong, and does not start', async () => {
    configure(ONE, 'outptus: {}\n');
    const { code, stdout, stderr } = await busbar('run', '-c', file());
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/busbar\.yaml:9:1/);
    expect(stderr).toContain("did you mean 'outputs'");
  });

  it('says what to do where there is no configuration', async () => {
    const { code, stderr } = await busbar('run', '-c', join(folder, 'missing.yaml'));
    expect(code).toBe(2);
    expect(stderr).toContain('busbar init');
  });
});
