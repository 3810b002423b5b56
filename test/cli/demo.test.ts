import { describe, expect, it } from 'vitest';
import { tcpHub } from '../../src/node/tcp-hub.ts';
import { busbar, start } from './harness.ts';

describe('busbar demo', () => {
  it('plays a device of each family, serves them, and says that none is real', async () => {
    const demo = start(['demo', '--port', '0', '--http', '127.0.0.1:0']);
    await demo.says('Ctrl-C ends it');
    const said = demo.said();
    expect(said).toContain('SIMULATED');
    const commands = [...said.matchAll(/read (tcp(?:-listen)?:\/\/\S+) --device (\S+)/g)].map(
      ([, link, id]) => [link ?? '', id ?? ''],
    );
    expect(commands.map(([, id]) => id)).toEqual(['juntek-kg', 'pylontech', 'topbms', 'neva-mt3xx']);
    const url = /http:\/\/\S+/.exec(said)?.[0] ?? '';
    const site = (await (await fetch(`${url}api/site`)).json()) as {
      simulated: boolean;
      members: { name: string }[];
    }; // its own document
    expect(site.simulated).toBe(true);
    const [, pylontech] = commands;
    const { code, stdout } = await busbar('read', pylontech?.[0] ?? '', '--device', pylontech?.[1] ?? '');
    expect(code).toBe(0);
    expect(stdout).toContain('"cell_voltages"');
    // The meter's converter calls the gateway, which is asked for it.
    const [link = '', id = ''] = commands[3] ?? [];
    expect(link).toMatch(/^tcp-listen:/);
    await expect
      .poll(async () => (await busbar('read', link, '--device', id, '--groups', 'identity')).code, {
        timeout: 30_000,
      })
      .toBe(0);
    // Three days are behind it: 48 hours by five minutes, then 24 by one, and what comes now.
    const asked = await fetch(
      `${url}api/history?series=shunt.measured.soc&series=meter.energy.total&from=-72h&level=hour`,
    );
    const { series } = (await asked.json()) as { series: { series: string; count: number[] }[] }; // its own document
    expect(series.map((one) => one.series)).toEqual(
      expect.arrayContaining(['shunt.measured.soc', 'meter.energy.total']),
    );
    const soc = series.find((one) => one.series === 'shunt.measured.soc');
    expect(soc?.count.slice(1, 40).every((readings) => readings === 12)).toBe(true);
    demo.interrupt();
    expect((await demo.done).code).toBe(0);
  }, 120_000);

  it('ends at once where its past is being made', async () => {
    const demo = start(['demo', '--port', '0', '--http', '127.0.0.1:0', '--days', '14']);
    await demo.says('lives through its last 14 days');
    demo.interrupt();
    expect((await demo.done).code).toBe(0);
    expect(demo.said()).not.toContain('SIMULATED');
  });

  it('says before it begins which place is taken, or none', async () => {
    const other = await tcpHub(0);
    try {
      const port = Number(other.channel.peer.split(':').at(-1));
      const [screens, devices, typo] = await Promise.all([
        busbar('demo', '--port', '0', '--http', `127.0.0.1:${port}`),
        busbar('demo', '--port', String(port), '--http', '127.0.0.1:0'),
        busbar('demo', '--http', 'here'),
      ]);
      expect(screens).toMatchObject({ code: 1, stdout: '' });
      expect(screens.stderr).toContain('--http names another place');
      expect(devices).toMatchObject({ code: 1 });
      expect(devices.stderr).toContain('--port 0 takes any that are free');
      expect(typo).toMatchObject({ code: 2, stdout: '' });
      expect(typo.stderr).toBe('busbar: --http here: expected address and port, such as 127.0.0.1:8420\n');
    } finally {
      await other.channel.close();
    }
  });
});
