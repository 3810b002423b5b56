import { describe, expect, it } from 'vitest';
import { busbar, start } from './harness.ts';

describe('busbar demo', () => {
  it('plays a device of each family behind a port of its own, shows one, and says that none is real', async () => {
    const demo = start(['demo', '--port', '0']);
    await demo.says('"soc":');
    const said = await demo.says('Ctrl-C ends it').then(() => demo.said());
    expect(said).toContain('SIMULATED');
    const commands = [...said.matchAll(/read (tcp:\/\/\S+) --device (\S+)/g)].map(([, link, id]) => [
      link ?? '',
      id ?? '',
    ]);
    expect(commands.map(([, id]) => id)).toEqual(['juntek-kg', 'pylontech', 'topbms', 'neva-mt3xx']);
    const [, pylontech, topbms] = commands;
    for (const [link = '', id = ''] of [pylontech ?? [], topbms ?? []]) {
      const { code, stdout } = await busbar('read', link, '--device', id);
      expect(code).toBe(0);
      expect(stdout).toContain('"cell_voltages"');
    }
    demo.interrupt();
    expect((await demo.done).code).toBe(0);
  });
});
