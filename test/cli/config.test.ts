import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { portOf } from '../../src/node/link-port.ts';
import { parseConfig, SAMPLE, scannedConfig } from '../../src/config/index.ts';
import { catalog } from '../../src/devices/index.ts';
import topbms from '../../src/devices/topbms/topbms.ts';
import kg from '../../src/devices/juntek/kg.ts';
import { busbar, shed } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'busbar-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const GOOD = `site: home
buses:
  - { name: shed, link: "tcp://192.168.2.22:9999", devices: [{ name: shunt, device: juntek-kg }] }
`;

describe('busbar check', () => {
  it('says what a good configuration has', async () => {
    const path = file('good.yaml', GOOD);
    expect(await busbar('check', '-c', path)).toEqual({
      code: 0,
      stdout: `${path} is good: 1 bus, 1 device, 0 outputs, 0 alarms\n`,
      stderr: '',
    });
  });

  it('says everything that is wrong in a bad one, and ends with 2', async () => {
    const path = file(
      'bad.yaml',
      GOOD.replace('juntek-kg', 'juntek-kk').replace('tcp://', 'tpc://') + 'sitte: x\n',
    );
    const { code, stdout, stderr } = await busbar('check', '-c', path);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      `${path}:3:25: buses.0.link: link 'tpc://192.168.2.22:9999', column 1: unknown kind of link 'tpc'; did you mean 'tcp'?`,
    );
    expect(stderr).toContain("did you mean 'juntek-kg'?");
    expect(stderr).toContain(`${path}:4:1: sitte: unknown key 'sitte'`);
    expect(stderr).toContain(`3 errors in ${path}`);
  });

  it('says the same as JSON', async () => {
    const bad = await busbar('check', '--json', '-c', file('bad.yaml', `${GOOD}sitte: x\n`));
    expect(bad.code).toBe(2);
    expect(JSON.parse(bad.stdout)).toMatchObject({
      valid: false,
      problems: [{ severity: 'error', path: 'sitte', line: 4, column: 1, message: "unknown key 'sitte'" }],
    });
    const good = await busbar('check', '--json', file('good.yaml', GOOD));
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toEqual({ valid: true, problems: [] });
  });

  it('understands rules', async () => {
    const path = file('rule.yaml', `${GOOD}alarms: [{ when: shunt.voltag > 60 }]\n`);
    const { code, stderr } = await busbar('check', '-c', path);
    expect(code).toBe(2);
    expect(stderr).toContain(`${path}:4:18: alarms.0.when: `);
    expect(stderr).toContain("shunt has no 'voltag'");
  });

  it('lets warnings pass', async () => {
    const path = file(
      'warned.yaml',
      `${GOOD}outputs: { mqtt: { url: "mqtts://h", tls: { insecure: true } } }\n`,
    );
    const { code, stderr } = await busbar('check', '-c', path);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: outputs.mqtt.tls.insecure: certificates are not checked');
  });

  it('says what to do where there is no file', async () => {
    const { code, stderr } = await busbar('check', '-c', join(folder, 'none.yaml'));
    expect(code).toBe(2);
    expect(stderr).toContain('none.yaml is not there');
    expect(stderr).toContain('busbar init writes one');
  });

  it('prints the JSON Schema', async () => {
    const { code, stdout } = await busbar('check', '--schema');
    expect(code).toBe(0);
    const published = readFileSync(new URL('../../schema/busbar.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(published));
  });
});

describe('busbar init', () => {
  it('writes what it finds, as a configuration that can be taken, and never over another', async () => {
    const found = await shed([{ device: kg, address: 1 }]);
    try {
      const path = join(folder, 'found.yaml');
      const link = `${found.link}?latency=0`;
      const { code, stdout } = await busbar('init', link, '--device', 'juntek', '-c', path);
      expect(code).toBe(0);
      expect(stdout).toBe(`${path}\n`);
      const text = readFileSync(path, 'utf8');
      const { config, problems } = parseConfig(text, { catalog, env: {}, readFile: () => '' });
      expect(problems).toEqual([]);
      expect(config?.buses[0]).toMatchObject({
        link,
        devices: [{ device: 'juntek-kg', address: 1 }],
      });

      const again = await busbar('init', link, '-c', path);
      expect(again.code).toBe(2);
      expect(again.stderr).toContain('is there already');
      expect(readFileSync(path, 'utf8')).toBe(text);
    } finally {
      await found.close();
    }
  });

  it('writes nothing where nothing is found', async () => {
    const empty = await shed([{ device: topbms, address: 1 }]);
    try {
      const path = join(folder, 'empty.yaml');
      const { code, stderr } = await busbar(
        'init',
        empty.link,
        '--device',
        'juntek-kg',
        '--budget',
        '1s',
        '-c',
        path,
      );
      expect(code).toBe(1);
      expect(stderr).toContain('busbar init --sample');
      expect(() => readFileSync(path)).toThrow('ENOENT');
    } finally {
      await empty.close();
    }
  });

  it('writes the sample, over another file only by force', async () => {
    const path = file('sample.yaml', 'mine\n');
    expect((await busbar('init', '--sample', '-c', path)).code).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('mine\n');
    expect((await busbar('init', '--sample', '--force', '-c', path)).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(SAMPLE);
    expect((await busbar('check', '-c', path)).code).toBe(0);
  });
});

describe('the configuration of a scan', () => {
  it('can be taken whatever links, models and addresses there are', () => {
    const text = scannedConfig([
      { link: 'tcp://h:1', device: 'juntek-kg', address: 1, model: 'KG110F' },
      { link: 'tcp://h:2?format=7E1&latency=20', device: 'juntek-kg', address: 1, model: 'odd\nname: # "x' },
      { link: 'serial:/dev/serial/by-id/usb-A: #1', device: 'pylontech', address: 2 },
    ]);
    const { config, problems } = parseConfig(text, { catalog, env: {}, readFile: () => '' });
    expect(problems).toEqual([]);
    expect(config?.buses.map(({ link, devices }) => [link, devices[0]?.name])).toEqual([
      ['tcp://h:1', 'juntek-kg-1'],
      ['tcp://h:2?format=7E1&latency=20', 'juntek-kg-1-2'],
      ['serial:/dev/serial/by-id/usb-A: #1', 'pylontech-2'],
    ]);
  });
});

describe('a port that only one bus can use', () => {
  it('has one name, whatever it is called by', () => {
    const port = file('ttyUSB0', '');
    const alias = join(folder, 'by-id');
    symlinkSync(port, alias);
    expect(portOf(alias)).toBe(portOf(`serial:${port}?baud=9600`));
    expect(portOf('tcp://h:1?format=7E1')).toBe(portOf('tcp://h:1'));
    expect(portOf('tcp-listen://1?match=10.0.0.1')).not.toBe(portOf('tcp-listen://1?match=10.0.0.2'));
    expect(portOf('tcp-listen://1?serial=11111111')).not.toBe(portOf('tcp-listen://1?serial=22222222'));
    expect(portOf('tcp-listen://1?serial=11111111')).toBe(portOf('tcp-listen://1?serial=11111111&gap=9'));
    expect(() => portOf('tcp-listen://1?serial=1&match=imei:1')).toThrow('both say which caller is meant');
    expect(portOf('replay:a.cap')).toBeUndefined();
    expect(() => portOf('ttyUSB0')).toThrow("did you mean '/dev/ttyUSB0'?");
  });
});
