import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Entry, type Output, type OutputContext, pointsOf } from '../../src/core/site/index.ts';
import { catalog } from '../../src/devices/index.ts';
import { zabbixOutput, type ZabbixOptions } from '../../src/outputs/zabbix/index.ts';
import { proofs } from '../every-device/captures.ts';
import { ROOT } from '../import-rules/program.ts';
import { never, until } from '../links/harness.ts';
import { freePort } from './mosquitto.ts';
import { hastyClock } from './mqtt-rig.ts';
import { byDevice, pause, shuntSite, survives } from './outage.ts';
import { memberOf, type PlayedSite, playedMemory, playedSite, readingsOf, stateOf } from './site.ts';
import { zabbixMissing, type ZabbixServer, zabbixServer } from './zabbix-server.ts';

/** The Zabbix output and its templates against a real server of Zabbix 6.0. */
const missing = zabbixMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);
if (missing !== undefined) process.stderr.write(`SKIPPED: Zabbix against a real server: ${missing}\n`);

let server: ZabbixServer;
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function opened(
  site: PlayedSite,
  options: Partial<ZabbixOptions> = {},
  memory: OutputContext['memory'] = playedMemory(),
): Promise<{
  readonly output: Output;
  readonly logged: string[];
  readonly deliver: (entries: readonly Entry[]) => Promise<void>;
}> {
  const logged: string[] = [];
  const log = (text: string): void => void logged.push(text);
  const output = await zabbixOutput(
    { server: [`127.0.0.1:${server.port}`], hosts: 'site', compress: true, ...options },
    {
      name: 'zabbix',
      view: site,
      clock: hastyClock(10),
      random: Math.random,
      log: { debug: log, info: log, warn: log, error: log },
      trouble: () => undefined,
      write: () => Promise.reject(new Error('nobody writes here')),
      memory,
    },
  );
  cleanup.push(() => output.close());
  return {
    output,
    logged,
    deliver: async (entries) => {
      // As the gateway does: again and again until it is taken.
      for (let attempt = 0; ; attempt++) {
        try {
          await output.deliver?.(entries, never);
          return;
        } catch (error) {
          if (attempt === 200) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    },
  };
}

/** A site with a device and the readings of one of its captures. */
function played(name: string, id: string, at: number, alias: string): { site: PlayedSite; entries: Entry[] } {
  const proof = proofs.find((one) => one.name.includes(id));
  const device = catalog.devices.find((one) => one.id === name);
  if (proof === undefined || device === undefined) throw new Error(`no capture ${id}`);
  const site = playedSite(alias);
  const readings = readingsOf(proof);
  site.put(stateOf(memberOf(device, 'unit'), readings, at));
  const entries = Object.entries(readings).map(([group, values], index): Entry => ({
    sequence: index + 1,
    what: 'snapshot',
    snapshot: { device: 'unit', group, at, values, kind: 'live' },
  }));
  return { site, entries };
}

/** What Zabbix must show, by series: flags as 1 and 0, numbers in units without k, minutes in seconds. */
function expected(site: PlayedSite): Map<string, string | number> {
  const out = new Map<string, string | number>();
  const state = site.state('unit');
  for (const group of state?.member.groups ?? []) {
    for (const { path, value, field } of pointsOf(group, state?.groups[group.name]?.values ?? {})) {
      if (value === null || field.kind === 'raw') continue;
      const factor = ['energy', 'reactive_energy'].includes(field.quantity)
        ? 1000
        : field.quantity === 'minutes'
          ? 60
          : 1;
      const shown =
        typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value * factor : value;
      out.set(`busbar.${field.quantity}[unit.${group.name}.${path}]`, shown);
    }
  }
  return out;
}

/** As `until`, for what costs the server and its front end something. */
function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string,
  milliseconds = 45_000,
): Promise<void> {
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));
  return until(async () => (await holds()) || (await pause(), false), what, milliseconds);
}

const now = (): number => Math.floor(Date.now() / 1000) * 1000;

describe.skipIf(missing !== undefined)('a real Zabbix server', { timeout: 100_000 }, () => {
  beforeAll(async () => {
    server = await zabbixServer();
    for (const file of ['busbar-by-sender', 'busbar-by-external-check'])
      await server.load(await readFile(join(ROOT, `docs/zabbix/${file}.yaml`), 'utf8'));
    return () => server.close();
  }, 120_000);

  it('discovers every value of a device, and shows what was read', async () => {
    await Promise.all([
      shows('pylontech', 'us2000x2'),
      shows('neva-mt3xx', 'pyneva'),
      shows('juntek-kl', 'kl.client'),
    ]);
  });

  async function shows(id: string, capture: string): Promise<void> {
    const { site, entries } = played(id, capture, now() - 60_000, `all-${id}`);
    await server.host(site.site, 'busbar by sender');
    await eventually(() => knows(site.site), 'the host to be known');
    const { deliver } = await opened(site);
    await deliver(entries);
    const wanted = expected(site);
    // The first values came before their items.
    await eventually(async () => {
      const items = await server.items(site.site);
      return [...wanted.keys()].every((key) => items.has(key));
    }, 'items');
    await eventually(async () => {
      await deliver(entries);
      const items = await server.items(site.site);
      return [...wanted.keys()].every((key) => items.get(key)?.lastclock !== '0');
    }, 'values');
    const items = await server.items(site.site);
    for (const [key, value] of wanted) {
      const { lastvalue = '', error, state } = items.get(key) ?? {};
      expect({ key, error, state }).toEqual({ key, error: '', state: '0' });
      if (typeof value === 'number') expect(Number(lastvalue), key).toBeCloseTo(value, 6);
      else expect(lastvalue, key).toBe(value);
    }
    expect([...items.values()].filter(({ state }) => state !== '0')).toEqual([]);
  }

  /** Whether the server has read its configuration since the host was made. */
  async function knows(host: string): Promise<boolean> {
    const { output } = await opened(playedSite(host));
    return output.test(never).then(
      () => true,
      () => false,
    );
  }

  it('has every value once, with its own time, after an hour without it and after random blows', async () => {
    const begin = now() - 3 * 3_600_000;
    const site = shuntSite(['east'], begin, 'outage');
    await server.host('outage', 'busbar by sender');
    await eventually(() => knows('outage'), 'the host to be known');
    const key = 'busbar.voltage[east.measured.voltage]';
    const first: Entry = {
      sequence: 1,
      what: 'snapshot',
      snapshot: { device: 'east', group: 'measured', at: begin - 1000, values: { voltage: 1 }, kind: 'live' },
    };
    const { deliver } = await opened(site);
    await eventually(async () => {
      await deliver([first]);
      return Number((await server.items('outage')).get(key)?.lastclock) > 0;
    }, 'the first value');
    const itemid = (await server.items('outage')).get(key)?.itemid;
    const options = { server: [`127.0.0.1:${server.port}`], hosts: 'site', compress: true } as const;
    const read = async () =>
      // as the documentation of the API has it
      (await server.api('history.get', {
        itemids: itemid,
        history: 0,
        time_from: begin / 1000,
        sortfield: 'clock',
        limit: 20_000,
      })) as { clock: string; value: string }[];
    await survives(
      {
        ...server,
        output: (context) => zabbixOutput({ ...options, host: 'outage' }, context),
        // It writes once a second, where the machine has time for it.
        settle: (delivered) =>
          eventually(async () => (await read()).length >= delivered, 'everything to be written'),
        samples: async () => {
          let rows = await read();
          await eventually(async () => {
            const before = rows.length;
            await pause(1_500);
            rows = await read();
            return rows.length === before;
          }, 'everything to be written');
          return byDevice(
            rows.map(({ clock, value }) => ['east', Number(clock) * 1000, Number(value)] as const),
          );
        },
      },
      // It takes some hundreds of values a second, and some seconds to start.
      { devices: ['east'], every: 2, begin, blows: 3 },
    );
  });

  it('shows alarms, events and silent devices, and problems arise from them', async () => {
    const { site, entries } = played('juntek-kl', 'kl.client', now(), 'alarms');
    const hostid = await server.host('alarms', 'busbar by sender');
    await eventually(() => knows('alarms'), 'the host to be known');
    const { deliver } = await opened(site);
    await deliver(entries);
    await eventually(async () => (await server.items('alarms')).has('busbar.member[unit]'), 'the device');
    const event = {
      at: now(),
      kind: 'alarm_raised',
      severity: 'critical',
      member: 'unit',
      subject: 'unit.low',
      text: 'The voltage is low',
    } as const;
    site.alarm(event);
    await deliver([{ sequence: 9, what: 'event', event }]);
    const state = site.state('unit');
    if (state !== undefined) site.put({ ...state, freshness: 'gone' });
    const problems = async (): Promise<string[]> => {
      const all = (await server.api('problem.get', { hostids: hostid })) as {
        name: string;
        opdata: string;
      }[]; // as documented
      return all.map(({ name, opdata }) => `${name} ${opdata}`.trim()).sort();
    };
    await eventually(async () => (await problems()).length >= 2, 'problems');
    expect(await problems()).toEqual([
      'The unit does not answer',
      'busbar: critical alarm The voltage is low',
    ]);
    expect((await server.items('alarms')).get('busbar.event')?.lastvalue).toBe(
      'critical: The voltage is low',
    );
  });

  it('takes values by a pre-shared key, and says what is wrong with another', async () => {
    const psk = '1f87b595725ac58dd977beef14b97461a7c1045b9a1c963065002c5473194952';
    const { site } = played('juntek-kl', 'kl.client', now(), 'encrypted');
    await server.host('encrypted', 'busbar by sender', {
      tls_accept: 2,
      tls_psk_identity: 'gateway 1',
      tls_psk: psk,
    });
    const tls = { psk_identity: 'gateway 1', psk };
    const good = await opened(site, { tls });
    await eventually(
      () =>
        good.output.test(never).then(
          () => true,
          () => false,
        ),
      'the host to be known',
    );
    expect(await good.output.test(never)).toMatch(
      /^the server took a state: processed: 1; failed: 0; total: 1/,
    );
    const plain = await opened(site);
    await expect(plain.output.test(never)).rejects.toThrow(/did not take a value of host 'encrypted'/);
    const other = await opened(site, { tls: { psk_identity: 'gateway 1', psk: psk.replace('1f', '2f') } });
    await expect(other.output.test(never)).rejects.toThrow(
      /are identity and key those of the host in Zabbix/,
    );
  });

  it('takes values by a certificate of its authority, and no others', async () => {
    const { site } = played('juntek-kl', 'kl.client', now(), 'certified');
    await server.host('certified', 'busbar by sender', {
      tls_accept: 4,
      tls_subject: 'CN=busbar',
    });
    const text = (path: string): string => readFileSync(path, 'utf8');
    const { ca, client, server: other } = server.certificates;
    const tls = { ca: text(ca), cert: text(client[0]), key: text(client[1]) };
    const good = await opened(site, { tls });
    const test = (of: typeof good): Promise<string> => of.output.test(never).catch(String);
    await eventually(async () => (await test(good)).startsWith('the server took'), 'the host to be known');
    expect(await test(good)).toMatch(/^the server took a state: processed: 1; failed: 0; total: 1/);
    // Of the same authority, but another subject: Zabbix takes it for another host.
    const stranger = await opened(site, { tls: { ...tls, cert: text(other[0]), key: text(other[1]) } });
    expect(await test(stranger)).toMatch(/did not take a value of host 'certified'/);
    // A server whose certificate is not of our authority.
    const wary = await opened(site, { tls: { ...tls, ca: text(client[0]) } });
    expect(await test(wary)).toMatch(/do the certificates belong to the authority of the server\?/);
    const plain = await opened(site);
    expect(await test(plain)).toMatch(/did not take a value of host 'certified'/);
  });

  it('goes to the next server when one is away or is none, and names hosts that are unknown', async () => {
    const strange = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const port = await freePort();
    await new Promise<void>((resolve) => strange.listen(port, '127.0.0.1', resolve));
    cleanup.push(() => strange.close());
    const { site } = played('juntek-kl', 'kl.client', now(), 'nobody');
    const servers = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${port}`, `127.0.0.1:${server.port}`];
    const { output } = await opened(site, { server: servers, compress: false });
    await expect(output.test(never)).rejects.toThrow(
      /did not take a value of host 'nobody' \(processed: 0; failed: 1; total: 1/,
    );
    const away = await opened(site, { server: servers.slice(0, 2) });
    await expect(away.output.test(never)).rejects.toThrow(
      /ECONNREFUSED.*; .*what answers there is no Zabbix server/,
    );
  });

  it('has a host for each device where wanted; one that Zabbix does not know holds nobody up', async () => {
    const { site, entries } = played('juntek-kl', 'kl.client', now(), 'farm');
    const state = site.state('unit');
    if (state === undefined) throw new Error('no state');
    site.put({ ...state, member: { ...state.member, name: 'spare' } });
    await server.host('farm', 'busbar by sender');
    await server.host('farm-unit', 'busbar by sender');
    await eventually(() => knows('farm-unit'), 'the host to be known');
    const { deliver, logged } = await opened(site, { hosts: 'member' });
    const ofSpare = entries.flatMap((one) =>
      one.what === 'snapshot' ? [{ ...one, snapshot: { ...one.snapshot, device: 'spare' } }] : [],
    );
    await deliver([...ofSpare, ...entries]);
    await eventually(async () => {
      await deliver(entries);
      return (
        (await server.items('farm-unit')).get('busbar.voltage[unit.measured.voltage]')?.lastclock !== '0'
      );
    }, 'a value');
    expect(logged.filter((one) => one.includes("host 'farm-spare'"))).toHaveLength(1);
  });

  it('reads a device itself by `busbar read`, as the page on it says', async () => {
    const port = await freePort();
    const busbar = (...args: string[]) =>
      spawn(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...args], { stdio: 'ignore' });
    const simulator = busbar(
      'simulate',
      'juntek-kl',
      '--on',
      `tcp-listen://127.0.0.1:${port}`,
      '--set',
      'voltage=53.66',
    );
    cleanup.push(() => simulator.kill());
    const script = join(server.scripts, 'busbar');
    await writeFile(script, `#!/bin/sh\nexec ${process.execPath} ${join(ROOT, 'src/cli/main.ts')} "$@"\n`);
    await chmod(script, 0o755);
    await server.host('direct', 'busbar juntek-kl by external check', {
      // It is never used, and Zabbix wants one.
      interfaces: [{ type: 1, main: 1, useip: 1, ip: '127.0.0.1', dns: '', port: '10050' }],
      macros: [
        { macro: '{$BUSBAR.LINK}', value: `tcp://127.0.0.1:${port}` },
        { macro: '{$BUSBAR.GROUPS}', value: 'info,measured' },
        { macro: '{$BUSBAR.TIMEOUT}', value: '15s' },
      ],
    });
    const value = async (key: string): Promise<string | undefined> =>
      (await server.items('direct')).get(key)?.lastvalue;
    const tasks = async (): Promise<void> => {
      const master = [...(await server.items('direct')).values()].find(({ key_ }) =>
        key_.startsWith('busbar[read'),
      );
      await server
        .api('task.create', [{ type: 6, request: { itemid: master?.itemid } }])
        .catch(() => undefined);
    };
    // A server that does not know the host yet drops the wish without a word, so it is asked again.
    await eventually(
      async () => {
        await tasks();
        await pause(3000);
        return Number(await value('busbar.measured.voltage')) > 0;
      },
      'a reading',
      90_000,
    );
    expect(await value('busbar.measured.voltage')).toBe('53.66');
    expect(await value('busbar.info.model')).toMatch(/^KL/);
    expect([...(await server.items('direct')).values()].filter(({ state }) => state !== '0')).toEqual([]);
  });
});
