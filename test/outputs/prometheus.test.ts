import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { healthBook } from '../../src/core/bus/health.ts';
import type { SiteHealth } from '../../src/core/site/index.ts';
import { catalog } from '../../src/devices/index.ts';
import { prometheusOutput } from '../../src/outputs/prometheus.ts';
import { proofs } from '../every-device/captures.ts';
import { has, scratch, until } from '../links/harness.ts';
import { freePort } from './mosquitto.ts';
import { contextOf, receiver } from './receiver.ts';
import { memberOf, playedSite, readingsOf, stateOf } from './site.ts';

/** What is served to Prometheus, judged by promtool and fetched by a real Prometheus. */
const able = has('prometheus', ['--version'], 'fetching by Prometheus and promtool are');

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});
let folder = '';
beforeAll(async () => {
  const made = await scratch();
  folder = made.path;
  return () => made.remove();
});

const OPTIONS = { path: '/metrics', prefix: 'busbar', cells: true, public: false };
const NOW = Date.now();

const line = healthBook(0);
line.count('noiseBytes', 7);
line.answered('shunt');
line.failed('shunt', 'timeout', 'silent');
line.turnaround('shunt', 12);
const HEALTH: SiteHealth = {
  version: '1.2.3',
  startedAt: NOW,
  lines: [
    {
      name: 'shed',
      link: 'tcp://192.0.2.1:9999',
      health: line.report(0, () => 1),
      devices: [
        {
          member: 'shunt',
          device: 'juntek-kg',
          state: 'polling',
          groups: { measured: { period: 1, read: 5, failed: 1, overruns: 0 } },
        },
      ],
      trouble: 'the link is away',
    },
  ],
  outputs: [
    {
      name: 'influx',
      type: 'influxdb',
      state: 'failing',
      backlog: 12,
      oldest: 1_500,
      delivered: 3,
      quarantined: 1,
    },
    { name: 'mute', type: 'mqtt', state: 'off', backlog: 0, delivered: 0, quarantined: 0 },
  ],
};

/** A site with every capture of every device as a member of its own. */
function fullSite() {
  const site = playedSite();
  for (const proof of proofs) {
    const member = memberOf(proof.device, proof.name.replaceAll('.', '-'));
    site.put(stateOf(member, readingsOf(proof), NOW));
  }
  site.alarm({
    at: NOW,
    kind: 'alarm_raised',
    severity: 'warning',
    member: 'kg-readme',
    subject: 'a "quoted" \\ subject',
    text: 'cells drift apart',
  });
  return site;
}

const read = async (output: ReturnType<typeof prometheusOutput>): Promise<string> => {
  if (output.page === undefined) throw new Error('it serves nothing');
  return output.page.read();
};
/** Lines of a metric. */
const of = (text: string, name: string): string[] =>
  text.split('\n').filter((one) => one.startsWith(`${name}{`) || one.startsWith(`${name} `));

describe('/metrics', () => {
  it('has the values of a capture in base units', async () => {
    const text = await read(prometheusOutput(OPTIONS, contextOf(fullSite())));
    const labels = 'site="home",device="kg-readme",group="measured"';
    // The readme of juntek_kg prints 5366 hundredths of a volt.
    expect(of(text, 'busbar_voltage_volts')).toContain(`busbar_voltage_volts{${labels}} 53.66`);
    expect(of(text, 'busbar_device_up').filter((one) => one.includes('kg-readme'))).toEqual([
      'busbar_device_up{site="home",device="kg-readme"} 1',
    ]);
    // Escaped as the exposition format wants it.
    expect(of(text, 'busbar_alarm_active')).toEqual([
      'busbar_alarm_active{site="home",device="kg-readme",subject="a \\"quoted\\" \\\\ subject",severity="warning",acknowledged="no"} 1',
    ]);
  });

  it('has no series twice, for every device', async () => {
    const text = await read(prometheusOutput(OPTIONS, contextOf(fullSite(), { health: HEALTH })));
    const series = text
      .split('\n')
      .filter((one) => one !== '' && !one.startsWith('#'))
      .map((one) => one.slice(0, one.lastIndexOf(' ')));
    expect(series.length).toBeGreaterThan(1000);
    expect(series.filter((one, place) => series.indexOf(one) !== place)).toEqual([]);
    // Everybody measures something.
    for (const { id } of catalog.devices) expect(text).toContain(`type="${id}"`);
  });

  it('loses what is stale at once, keeps when it was read last, and forgets who left', async () => {
    const site = fullSite();
    const output = prometheusOutput(OPTIONS, contextOf(site));
    const found = proofs.find(({ name }) => name === 'kg.readme');
    if (found === undefined) throw new Error('the capture is gone');
    const member = memberOf(found.device, 'kg-readme');
    site.put(stateOf(member, readingsOf(found), NOW, 'stale'));
    const stale = (await read(output)).split('\n').filter((one) => one.includes('device="kg-readme"'));
    expect(stale.some((one) => one.startsWith('busbar_voltage_volts'))).toBe(false);
    expect(stale).toContain('busbar_device_up{site="home",device="kg-readme"} 0');
    expect(stale).toContain(
      `busbar_device_last_success_timestamp_seconds{site="home",device="kg-readme",group="measured"} ${NOW / 1000}`,
    );
    site.remove('kg-readme');
    const gone = (await read(output)).split('\n').filter((one) => one.includes('device="kg-readme"'));
    // The alarm that stands is still one.
    expect(gone.filter((one) => !one.startsWith('busbar_alarm_active'))).toEqual([]);
  });

  it('tells how lines and outputs stand', async () => {
    const text = await read(prometheusOutput(OPTIONS, contextOf(playedSite(), { health: HEALTH })));
    const bus = 'site="home",bus="shed"';
    for (const wanted of [
      'busbar_build_info{version="1.2.3"} 1',
      `busbar_bus_up{${bus}} 0`,
      `busbar_bus_noise_bytes_total{${bus}} 7`,
      `busbar_device_faults_total{${bus},device="shunt",code="timeout"} 1`,
      `busbar_device_turnaround_seconds{${bus},device="shunt",percentile="50"} 0.012`,
      `busbar_polls_total{${bus},device="shunt",group="measured"} 5`,
      'busbar_output_up{site="home",output="influx",type="influxdb"} 0',
      'busbar_output_backlog_entries{site="home",output="influx",type="influxdb"} 12',
      'busbar_output_oldest_timestamp_seconds{site="home",output="influx",type="influxdb"} 1.5',
    ])
      expect(text.split('\n')).toContain(wanted);
    // Switched off is neither up nor down.
    expect(of(text, 'busbar_output_up')).toHaveLength(1);
  });

  it('has only the devices wanted, and cells only where they are', async () => {
    const text = await read(
      prometheusOutput({ ...OPTIONS, cells: false, members: ['kg-readme'] }, contextOf(fullSite())),
    );
    expect(text).toContain('device="kg-readme"');
    expect(text).not.toMatch(/device="(?!kg-readme)/);
    const all = await read(prometheusOutput({ ...OPTIONS, cells: false }, contextOf(fullSite())));
    expect(all).toContain('busbar_pack_voltage_volts');
    expect(all).not.toContain('index=');
  });
});

describe.skipIf(!able)('a real Prometheus', () => {
  it('has nothing to say against the metrics of every device', async () => {
    const text = await read(prometheusOutput(OPTIONS, contextOf(fullSite(), { health: HEALTH })));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    expect([stdout, stderr, status]).toEqual(['', '', 0]);
    // And it does say something when there is.
    const bad = spawnSync('promtool', ['check', 'metrics'], { input: '# TYPE kWh counter\nkWh 1\n' });
    expect(bad.status).not.toBe(0);
  });

  it('fires the alerts of the example when it should', () => {
    const examples = join(import.meta.dirname, '../../examples/prometheus');
    const run = (...args: string[]) => spawnSync('promtool', args, { cwd: examples, encoding: 'utf8' });
    const tested = run('test', 'rules', 'alerts.test.yaml');
    expect(tested.status, tested.stdout + tested.stderr).toBe(0);
    const checked = run('check', 'config', 'prometheus.yaml');
    expect(checked.status, checked.stdout + checked.stderr).toBe(0);
  });

  it('fetches what was measured, and lets go of it when it is stale', async () => {
    const site = fullSite();
    const output = prometheusOutput(OPTIONS, contextOf(site, { health: HEALTH }));
    const page = output.page;
    if (page === undefined) throw new Error('it serves nothing');
    const server = createServer((_, response) => {
      void page.read().then((text) => response.setHeader('Content-Type', page.type).end(text));
    });
    const [from, port] = [await freePort(), await freePort()];
    await new Promise<void>((resolve) => server.listen(from, '127.0.0.1', resolve));
    cleanup.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const config = join(folder, 'prometheus.yaml');
    await writeFile(
      config,
      `scrape_configs:\n  - job_name: busbar\n    scrape_interval: 1s\n    static_configs:\n      - targets: ['127.0.0.1:${from}']\n`,
    );
    const { kill } = await receiver(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      port,
    );
    cleanup.push(kill);
    const query = async (text: string): Promise<string[]> => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`;
      const answer = await fetch(url);
      if (answer.status === 503) return []; // it listens before it is ready
      // The form of Prometheus' API, version 1.
      const { data } = (await answer.json()) as {
        data?: { result: { value: [number, string] }[] };
      };
      return (data?.result ?? []).map(({ value }) => value[1]);
    };
    const voltage = 'busbar_voltage_volts{device="kg-readme"}';
    await until(async () => (await query(voltage)).length > 0, 'the first fetch', 30_000);
    expect(await query(voltage)).toEqual(['53.66']);
    expect(await query('up{job="busbar"}')).toEqual(['1']);
    const found = proofs.find(({ name }) => name === 'kg.readme');
    if (found === undefined) throw new Error('the capture is gone');
    site.put(stateOf(memberOf(found.device, 'kg-readme'), readingsOf(found), NOW, 'stale'));
    // A series that carried time stamps of its own would be shown for five minutes more.
    await until(async () => (await query(voltage)).length === 0, 'the end of the series');
    expect(await query('busbar_device_up{device="kg-readme"}')).toEqual(['0']);
  }, 60_000);
});
