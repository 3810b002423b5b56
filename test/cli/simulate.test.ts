import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import kg from '../../src/devices/juntek/kg.ts';
import { tcpHub } from '../../src/node/tcp-hub.ts';
import { busbar, type Running, shed, start } from './harness.ts';

/** A port that is free at the moment. */
async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function stopped(run: Running): Promise<number | null> {
  run.interrupt();
  return (await run.done).code;
}

const HAS_SOCAT = spawnSync('socat', ['-V']).status === 0;
if (!HAS_SOCAT) {
  process.stderr.write('skipped: simulate on a virtual port (apt-get install socat)\n');
  if (process.env.CI === 'true') throw new Error('socat is missing');
}

describe('busbar simulate', () => {
  it('plays several devices on one line, each at its address', async () => {
    const port = await freePort();
    const on = `tcp-listen://127.0.0.1:${port}`;
    const simulator = start([
      'simulate',
      'juntek-kg',
      '--on',
      on,
      '--set',
      'soc=80',
      '--and',
      'juntek-kh',
      '--address',
      '2',
    ]);
    await simulator.says('waiting at');
    const link = `tcp://127.0.0.1:${port}`;
    const first = await busbar('read', link, '-d', 'juntek', '-g', 'measured,configured');
    const second = await busbar('read', link, '-d', 'juntek', '-a', '2', '-g', 'info');
    expect(await stopped(simulator)).toBe(0);
    const { measured } = JSON.parse(first.stdout) as { measured: { soc: number } };
    expect(measured.soc).toBeCloseTo(80, 0);
    expect(JSON.parse(second.stdout)).toMatchObject({ device: { id: 'juntek-kh', address: 2 } });
  });

  it('dials in like a converter in client mode', async () => {
    const port = await freePort();
    const simulator = start([
      'simulate',
      'juntek-kg',
      '--dial',
      `tcp://127.0.0.1:${port}`,
      '--set',
      'voltage=51.23',
    ]);
    const { code, stdout } = await busbar(
      'read',
      `tcp-listen://127.0.0.1:${port}`,
      '-d',
      'juntek-kg',
      '-g',
      'measured',
    );
    expect(await stopped(simulator)).toBe(0);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ measured: { voltage: 51.23 } });
  });

  it('two modems call the same port with their registrations; behind one of them two meters share the line', async () => {
    const port = await freePort();
    const dial = (preamble: string, ...more: string[]) =>
      start(['simulate', 'neva-mt3xx', '--dial', `tcp://127.0.0.1:${port}`, '--preamble', preamble, ...more]);
    const both = dial(
      'imei:111\\nversion:1.0\\n',
      '--address',
      '201',
      '--obis',
      '60.01.00*FF:00000201',
      '--and',
      'neva-mt3xx',
      '--address',
      '202',
      '--obis',
      '60.01.00*FF:00000202',
    );
    const other = dial('imei:222\\n', '--obis', '60.01.00*FF:00000333');
    const read = async (match: string, ...address: string[]): Promise<unknown> => {
      const link = `tcp-listen://127.0.0.1:${port}?match=${encodeURIComponent(match)}`;
      const { stdout, stderr } = await busbar('obis', link, 'get', '60.01.00*FF', ...address);
      return stdout === '' ? stderr : stdout;
    };
    try {
      expect(await read('imei:111', '--address', '202')).toBe('60.01.00*FF\t00000202\n');
      expect(await read('imei:111', '--address', '201')).toBe('60.01.00*FF\t00000201\n');
      expect(await read('imei:222')).toBe('60.01.00*FF\t00000333\n');
    } finally {
      await stopped(both);
      await stopped(other);
    }
    const misused = await busbar('simulate', 'juntek-kg', '--on', 'tcp-listen://0', '--preamble', 'x');
    expect(misused).toMatchObject({ code: 2 });
  }, 60_000);

  it.runIf(HAS_SOCAT)('plays on a virtual serial port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-pty-'));
    const path = join(folder, 'meter');
    const simulator = start(['simulate', 'juntek-kg', '--on', `pty:${path}`, '--set', 'voltage=51.23']);
    await simulator.says('playing on');
    const { code, stdout, stderr } = await busbar('read', path, '-d', 'juntek-kg', '-g', 'measured');
    expect(await stopped(simulator)).toBe(0);
    rmSync(folder, { recursive: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ measured: { voltage: 51.23 } });
  });

  it.runIf(HAS_SOCAT)('plays on a serial port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-pair-'));
    const [ours, theirs] = [join(folder, 'a'), join(folder, 'b')];
    const cable = spawn('socat', [`PTY,link=${ours},rawer`, `PTY,link=${theirs},rawer`]);
    await expect.poll(() => existsSync(ours) && existsSync(theirs)).toBe(true);
    const simulator = start(['simulate', 'juntek-kg', '--on', ours, '--set', 'voltage=51.23']);
    await simulator.says('playing on');
    const { code, stdout } = await busbar('read', theirs, '-d', 'juntek-kg', '-g', 'measured');
    expect(await stopped(simulator)).toBe(0);
    cable.kill();
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ measured: { voltage: 51.23 } });
  });

  it.runIf(HAS_SOCAT)('a port that is unplugged and back again is read on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-pty-'));
    const path = join(folder, 'meter');
    const play = (voltage: string) =>
      start(['simulate', 'juntek-kg', '--on', `pty:${path}`, '--set', `voltage=${voltage}`]);
    const first = play('51.23');
    await first.says('playing on');
    const watch = start(['watch', path, '-d', 'juntek-kg', '--mode', 'poll', '-g', 'measured', '--jsonl']);
    await watch.says('51.23');
    await stopped(first);
    await watch.says('"code":"link"');
    const second = play('47.11');
    await watch.says('47.11');
    expect(await stopped(watch)).toBe(0);
    await stopped(second);
    rmSync(folder, { recursive: true });
    const { stderr } = await watch.done;
    expect(stderr).toContain(path); // says which port went away
  });

  it('plays a remote serial port for RFC 2217 clients', async () => {
    const port = await freePort();
    const simulator = start([
      'simulate',
      'juntek-kg',
      '--on',
      `rfc2217-listen://127.0.0.1:${port}`,
      '--set',
      'voltage=51.23',
    ]);
    const { code, stdout } = await busbar(
      'read',
      `rfc2217://127.0.0.1:${port}`,
      '-d',
      'juntek-kg',
      '-g',
      'measured',
    ).then(async (early) =>
      early.code === 0
        ? early
        : busbar('read', `rfc2217://127.0.0.1:${port}`, '-d', 'juntek-kg', '-g', 'measured'),
    );
    expect(await stopped(simulator)).toBe(0);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ measured: { voltage: 51.23 } });
  });

  it('reads rightly through noise, splits, duplicates and echoes', async () => {
    const port = await freePort();
    const simulator = start([
      ...[
        'simulate',
        'juntek-kg',
        '--on',
        `tcp-listen://127.0.0.1:${port}`,
        '--set',
        'voltage=51.23',
        '--echo',
      ],
      ...['--fault', 'noise:0.5', '--fault', 'split:0.5', '--fault', 'duplicate:0.5', '--seed', '7'],
    ]);
    await simulator.says('waiting at');
    const { code, stdout } = await busbar('read', `tcp://127.0.0.1:${port}`, '-d', 'juntek-kg');
    expect(await stopped(simulator)).toBe(0);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ measured: { voltage: 51.23 }, info: { model: 'KG140F' } });
  });

  it.each([
    [['simulate', 'juntek-kg'], 'say where: --on LINK'],
    [['simulate', 'juntek', '--on', 'tcp-listen://0'], 'is a family; simulate one of juntek-kg'],
    [['simulate', 'juntek-kg', '--on', 'tcp-listen://0', '--fault', 'noize'], "did you mean 'noise'?"],
    [['simulate', 'juntek-kg', '--on', 'tcp-listen://0', '--fault', 'noise:2'], 'is not from 0 to 1'],
    [['simulate', 'juntek-kg', '--on', 'tcp-listen://0', '--set', 'volts=3'], "no field 'volts'"],
    [
      ['simulate', 'juntek-kg', '--on', 'tcp-listen://0', '--option', 'color=red'],
      "unknown option 'color=red'",
    ],
    [['simulate', 'juntek-kg', '--on', 'tcp-listen://0', '--and'], "missing required argument 'id'"],
  ])('%j is wrong use', async (args, said) => {
    const { code, stderr } = await busbar(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});

describe('busbar record and replay', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-record-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('what was recorded plays the device, with the serial number masked', async () => {
    const line = await shed([
      {
        device: kg,
        set: [
          ['voltage', 49.5],
          ['serial_number', 123_456],
        ],
      },
    ]);
    const file = join(folder, 'kg.cap');
    const recorded = await busbar(
      'record',
      line.link,
      '-d',
      'juntek-kg',
      '-o',
      file,
      '--mode',
      'poll',
      '--for',
      '2s',
      '--anonymise',
    );
    await line.close();
    expect(recorded.code).toBe(0);
    const capture = readFileSync(file, 'utf8');
    expect(capture).toMatch(/^busbar-capture: 1\ndevice: juntek-kg\naddress: 1\n/);
    expect(capture).toContain('> ":R50=1,2,1,\\r\\n"');
    expect(capture).not.toContain('123456');
    const { code, stdout } = await busbar('read', `replay:${file}?speed=max`, '-d', 'juntek-kg');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ measured: { voltage: 49.5 }, info: { serial_number: 0 } });

    const port = await freePort();
    const player = start(['replay', file, '--on', `tcp-listen://127.0.0.1:${port}`, '--speed', 'max']);
    await player.says('playing');
    const again = await busbar('read', `tcp://127.0.0.1:${port}`, '-d', 'juntek-kg', '-g', 'measured');
    expect(await stopped(player)).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ measured: { voltage: 49.5 } });
  });

  it('never replaces a capture unless told to', async () => {
    const line = await shed([{ device: kg }]);
    const file = join(folder, 'twice.cap');
    const args = ['record', line.link, '-d', 'juntek-kg', '-o', file, '--mode', 'poll', '--for', '500ms'];
    expect((await busbar(...args)).code).toBe(0);
    const second = await busbar(...args);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('exists already');
    expect((await busbar(...args, '--force')).code).toBe(0);
    await line.close();
  });

  it('records a line of which nothing is known', async () => {
    const line = await shed([{ device: kg, masters: [['display', 10]] }]);
    const file = join(folder, 'raw.cap');
    const { code } = await busbar('record', line.link, '-o', file, '--for', '1s');
    await line.close();
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/ < ":R50=1,\\n/);
  });
});

// Side by side: asking 99 addresses takes a while even without a converter's latency.
describe.concurrent('busbar scan', () => {
  it('finds every module on a line and prints a configuration that is ready to use', async () => {
    const line = await shed([
      { device: kg, address: 3 },
      { device: kg, address: 1 },
    ]);
    const link = `${line.link}?latency=0`;
    const { code, stdout } = await busbar('scan', link, '--device', 'juntek');
    await line.close();
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'site: home',
        'buses:',
        '  - name: bus1',
        `    link: ${link}`,
        '    devices:',
        '      - { name: juntek-kg-1, device: juntek-kg, address: 1 }  # KG140F',
        '      - { name: juntek-kg-3, device: juntek-kg, address: 3 }  # KG140F',
        '',
      ].join('\n'),
    );
  }, 60_000);

  it('finds a module that is not at its usual address', async () => {
    const line = await shed([{ device: kg, address: 4 }]);
    const { stdout } = await busbar('scan', `${line.link}?latency=0`, '--device', 'juntek', '--json');
    await line.close();
    expect(JSON.parse(stdout)).toMatchObject([{ device: 'juntek-kg', address: 4, model: 'KG140F' }]);
  }, 60_000);

  it('says what to look at when nothing answers, and keeps its time', async () => {
    const line = await shed([{ device: kg, address: 99, faults: [['silence', 1]] }]);
    const { code, stdout, stderr } = await busbar('scan', line.link, '--budget', '2s');
    await line.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('nothing found');
    expect(stderr).toContain('stopped after 2 s');
  });

  it('does not say that there is nothing where it was interrupted', async () => {
    const hub = await tcpHub(0);
    const scanning = start(['scan', `tcp://${hub.channel.peer}`]);
    await hub.channel.incoming[Symbol.asyncIterator]().next();
    scanning.interrupt();
    const { code, stdout, stderr } = await scanning.done;
    await hub.channel.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('interrupted: not everything was looked at');
    expect(stderr).not.toContain('nothing found');
  });
});

describe('busbar devices', () => {
  it('lists everything that a script may want to know', async () => {
    const { code, stdout } = await busbar('devices', 'juntek-kg', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'juntek-kg',
      line: { baud: 115_200 },
      addresses: { usual: 1 },
    });
    expect(stdout).toContain('"unit": "Ah"');
  });

  it('shows names, units and ranges to people', async () => {
    const { stdout } = await busbar('devices', 'juntek-kg');
    expect(stdout).toMatch(/full_capacity +0\.1\.\.9999\.9 Ah +risk medium/);
  });
});

describe('--timeout', () => {
  it('ends a command that waits for nothing', async () => {
    const on = ['--on', 'tcp-listen://0', '--timeout', '300ms'];
    const replayed = await busbar('replay', 'src/devices/juntek/kg.readme.cap', ...on);
    expect(replayed).toMatchObject({ code: 1 });
    expect(replayed.stderr).toContain('not done within 0.3 s');
    // A device that is played has no end of its own, so this one is as good as any.
    const simulated = await busbar('simulate', 'juntek-kg', ...on);
    expect(simulated).toMatchObject({ code: 0 });
    expect(simulated.stderr).not.toContain('not done');
  });
});

describe('help', () => {
  it('of simulate names the faults of a line, and with a device its own, its options and masters', async () => {
    const plain = await busbar('simulate', '--help');
    expect(plain.code).toBe(0);
    expect(plain.stdout).toMatch(/\n {2}noise +noise stands in front of the answer\n/);
    expect(plain.stdout).not.toContain('rtn-91');
    const { stdout } = await busbar('simulate', 'pylontech', '--help');
    expect(stdout).toMatch(/Faults of pylontech:\n/);
    expect(stdout).toMatch(/\n {2}rtn-91 +refuses: the pack cannot be reached\n/);
    expect(stdout).toMatch(/Options of pylontech:\n {2}packs +1 to 16 packs/);
    expect(stdout).toMatch(/Masters beside pylontech:\n {2}inverter /);
  });

  it.each(['read', 'watch', 'write', 'decode', 'record', 'replay', 'devices', 'scan', 'demo', 'simulate'])(
    '%s --help shows an example and exits with 0',
    async (command) => {
      const { code, stdout, stderr } = await busbar(command, '--help');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Example:\n  busbar ${command}`);
      expect(stdout).toContain('--log-level');
      expect(stdout).toContain('--timeout');
    },
  );
});
