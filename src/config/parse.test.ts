import { describe, expect, it } from 'vitest';
import { Fault } from '../core/fault.ts';
import { catalog } from '../devices/index.ts';
import { loadConfig, parseConfig, type ParseOptions } from './parse.ts';
import { printProblem } from './problem.ts';

const noFile = (path: string): string => {
  throw new Error(`ENOENT: no such file ${path}`);
};

function parse(text: string, options: Partial<ParseOptions> = {}) {
  return parseConfig(text, {
    catalog,
    env: {},
    readFile: noFile,
    file: '/etc/busbar/busbar.yaml',
    ...options,
  });
}

/** Each problem as `line:column path message`. */
function said(text: string, options: Partial<ParseOptions> = {}): string[] {
  return parse(text, options).problems.map(
    ({ line, column, path, message }) => `${line}:${column} ${path ?? ''} ${message}`,
  );
}

function configOf(text: string, options: Partial<ParseOptions> = {}) {
  const { config, problems } = parse(text, options);
  if (config === undefined) throw new Error(problems.map(printProblem).join('\n'));
  return config;
}

const BUS = `site: home
buses:
  - name: shed
    link: tcp://192.168.2.22:9999
    devices:
      - { name: shunt, device: juntek-kg }
`;

describe('a configuration', () => {
  it('as the contract prints it becomes times in milliseconds and every default', () => {
    const config = configOf(`
site: home
buses:
  - name: shed
    link: tcp://192.168.2.22:9999
    devices:
      - { name: shunt, device: juntek-kg, address: 1, poll: { measured: 1s, configured: 10m } }
  - name: rack
    link: /dev/serial/by-id/usb-FTDI-if00
    devices:
      - { name: rack, device: pylontech, packs: auto }
history: { path: ./data/busbar.db, raw: 30d, minutes: 1y, hours: forever }
http: { listen: 127.0.0.1:8420 }
outputs:
  mqtt: { url: mqtt://localhost, homeassistant: true }
  prometheus: {}
tariffs: { currency: EUR, t1: 0.24, t2: 0.16 }
alarms:
  - { when: "rack.cell_voltage_spread > 0.1 for 5m", say: "cells drift apart" }
`);
    expect(config.buses[0]?.devices[0]).toMatchObject({
      name: 'shunt',
      device: 'juntek-kg',
      address: 1,
      poll: { measured: 1000, configured: 600_000 },
      mode: 'poll',
    });
    expect(config.buses[1]?.devices[0]).toMatchObject({ packs: 'auto' });
    expect(config.history).toMatchObject({
      path: '/etc/busbar/data/busbar.db',
      raw: 30 * 86_400_000,
      minutes: 365 * 86_400_000,
      hours: 'forever',
    });
    expect(config.http.listen).toEqual({ host: '127.0.0.1', port: 8420 });
    expect(config.outputs.mqtt).toMatchObject({
      type: 'mqtt',
      url: 'mqtt://localhost',
      homeassistant: { prefix: 'homeassistant', mode: 'bundle' },
    });
    expect(config.outputs.prometheus).toMatchObject({ type: 'prometheus', enabled: true });
    // 0.24 and 0.16 EUR in millionths.
    expect(config.tariffs).toEqual({ currency: 'EUR', prices: [240_000, 160_000] });
    expect(config.alarms).toEqual([
      { when: 'rack.cell_voltage_spread > 0.1 for 5m', say: 'cells drift apart', severity: 'warning' },
    ]);
  });

  it('keeps its data beside it, unless told otherwise', () => {
    expect(configOf(BUS).history.path).toBe('/etc/busbar/data/busbar.db');
    expect(configOf(`${BUS}history: { path: /data/b.db }\n`).history.path).toBe('/data/b.db');
    expect(configOf(`${BUS}history: { path: ":memory:" }\n`).history.path).toBe(':memory:');
    expect(configOf(`${BUS}log: { file: b.log }\n`).log.file).toBe('/etc/busbar/b.log');
  });

  it('cannot be changed afterwards', () => {
    const config = configOf(BUS);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.buses[0]?.devices[0])).toBe(true);
  });

  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1.5m', 90_000],
    ['10min', 600_000],
    ['1h', 3_600_000],
    ['3', 3000],
  ])('takes %s as %d ms', (typed, time) => {
    expect(
      configOf(BUS.replace('juntek-kg', `juntek-kg, poll: { measured: ${typed} }`)).buses[0]?.devices[0]
        ?.poll,
    ).toEqual({
      measured: time,
    });
  });

  it('gives devices the mode of their bus', () => {
    const config = configOf(
      `${BUS.replace('    devices', '    mode: auto\n    devices')}      - { name: two, device: juntek-kg, address: 2, mode: listen }\n`,
    );
    expect(config.buses[0]?.devices.map(({ mode }) => mode)).toEqual(['auto', 'listen']);
  });

  it('takes a password beside access, and puts it there', () => {
    const config = configOf(
      BUS.replace('juntek-kg', 'neva-mt3xx, password: "00000000", access: { start: 300 }'),
    );
    expect(config.buses[0]?.devices[0]?.access).toEqual({ password: '00000000', start: '300' });
    expect(config.buses[0]?.devices[0]).not.toHaveProperty('password');
  });

  it('takes any name for an output that says its type, and an output without options', () => {
    const config = configOf(`${BUS}outputs:\n  second: { type: mqtt, url: mqtt://b }\n  prometheus:\n`);
    expect(Object.entries(config.outputs).map(([name, { type }]) => [name, type])).toEqual([
      ['second', 'mqtt'],
      ['prometheus', 'prometheus'],
    ]);
  });

  it('takes a section whose entries are all commented out as none', () => {
    expect(configOf(`${BUS}alarms:\n#  - { when: x }\noutputs:\nhttp:\n`)).toMatchObject({
      alarms: [],
      outputs: {},
      http: { base_path: '' },
    });
  });

  it('takes what an anchor names', () => {
    const config = configOf(
      `${BUS.replace('juntek-kg', 'juntek-kg, poll: &fast { measured: 1s }')}      - { name: two, device: juntek-kg, address: 2, poll: *fast }\n`,
    );
    expect(config.buses[0]?.devices[1]?.poll).toEqual({ measured: 1000 });
  });
});

describe('problems', () => {
  it('are all said at once, where they stand, in the order of the file', () => {
    expect(
      said(`site: Home
buses:
  - name: shed
    link: tcp://h:1
    devices:
      - { name: shunt, device: juntek-kg, poll: { measurd: 1s, configured: 10 minutes } }
      - { name: shunt, devise: x }
historie: {}
`),
    ).toEqual([
      "1:7 site expected a name of lower-case letters, digits, - and _, beginning with a letter, not 'Home'",
      "6:51 buses.0.devices.0.poll.measurd juntek-kg has no group 'measurd'",
      "6:76 buses.0.devices.0.poll.configured expected a time from 100ms to 30d, such as 500ms, 2s, 5m, 1h, 30d, 1y, not '10 minutes'",
      "7:9 buses.0.devices.1 'device' is missing: expected a text",
      "7:17 buses.0.devices.1.name another device has the name 'shunt'",
      "7:24 buses.0.devices.1.devise unknown key 'devise'",
      "8:1 historie unknown key 'historie'",
    ]);
  });

  it('are printed with their line, a caret and the nearest word', () => {
    const [problem] = parse(BUS.replace('juntek-kg', 'juntek-kk')).problems;
    expect(problem === undefined ? '' : printProblem(problem)).toBe(
      [
        "/etc/busbar/busbar.yaml:6:32: buses.0.devices.0.device: unknown device 'juntek-kk'",
        '          - { name: shunt, device: juntek-kk }',
        '                                   ^',
        "  did you mean 'juntek-kg'?",
      ].join('\n'),
    );
  });

  it.each([
    ['an address it cannot have', 'juntek-kg, address: 100', 'expected an address from 1 to 99, not 100'],
    ['a setting it does not have', 'juntek-kg, password: x', 'juntek-kg has no password'],
    [
      'a setting that it does not take',
      'neva-mt3xx, access: { start: fast }',
      'not a start that this device takes',
    ],
    ['packs of what has none', 'juntek-kg, packs: auto', 'juntek-kg has no packs'],
    // Pylontech's first rack: addresses 2 to 17 (RS485 protocol V3.3, section 3: master is 2).
    [
      'a pack that is none',
      'pylontech, packs: [2, 18]',
      'expected one of 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, not 18',
    ],
    [
      'a writable it does not have',
      'juntek-kg, allow: [outputt]',
      "'outputt' cannot be written to juntek-kg",
    ],
    ['limits of no field', 'juntek-kg, limits: { voltag: { max: 60 } }', "juntek-kg has no field 'voltag'"],
    [
      'limits the wrong way round',
      'juntek-kg, limits: { voltage: { min: 60, max: 50 } }',
      'expected min at or below max',
    ],
    ['a profile of what keeps none', 'juntek-kg, profile: {}', 'juntek-kg keeps no load profile'],
    [
      'a full charge rule that may not write',
      'juntek-kg, full_charge: { voltage: 58, current: 2 }',
      'this writes to the device, which is not allowed',
    ],
    [
      'listening to what is never overheard',
      'neva-mt3xx, mode: listen',
      'neva-mt3xx cannot be listened to: it never shares a line with another master',
    ],
    ['a word that is none', 'juntek-kg, mode: polling', "expected one of poll, listen, auto, not 'polling'"],
    ['a number out of range', 'juntek-kg, timing: { attempts: 0 }', 'expected a number of at least 1, not 0'],
    ['neither form', 'juntek-kg, address: first', "expected a number, or find, not 'first'"],
  ])('are seen: %s', (_, device, message) => {
    const { config, problems } = parse(BUS.replace('juntek-kg', device));
    expect(config).toBeUndefined();
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('are seen: the same name, address, link or alarm twice', () => {
    expect(
      said(`site: home
buses:
  - name: one
    link: tcp://h:1
    devices:
      - { name: a, device: juntek-kg }
      - { name: b, device: juntek-kl, address: 1 }
      - { name: site, device: topbms }
  - name: one
    link: tcp://h:1
    devices: [{ name: a, device: juntek-kg }]
alarms:
  - { name: hot, when: x }
  - { name: hot, when: y }
`),
    ).toEqual([
      '7:48 buses.0.devices.1.address address 1 is that of a on this bus',
      "8:17 buses.0.devices.2.name 'site' means something else: expected another name",
      "9:11 buses.1.name another bus has the name 'one'",
      '10:11 buses.1.link this is the line of bus one: only one can use it',
      "11:23 buses.1.devices.0.name another device has the name 'a'",
      "14:13 alarms.1.name another alarm has the name 'hot'",
    ]);
  });

  it('are seen: ports that are open to everybody, or wanted twice', () => {
    const text = BUS.replace('    devices', '    raw_port: { listen: ":8420", writes: true }\n    devices');
    const { problems } = parse(`${text}http: { listen: 0.0.0.0:8420 }\n`);
    expect(problems.map(({ severity, path }) => `${severity} ${path ?? ''}`)).toEqual([
      'error buses.0.raw_port.listen',
      'warning buses.0.raw_port.listen',
      'error http.listen',
    ]);
    expect(parse(`${BUS}http: { listen: 0.0.0.0:8420, token: t }\n`).problems).toEqual([]);
    expect(parse(`${BUS}http: { listen: "[::1]:8420" }\n`).problems).toEqual([]);
  });

  it('are seen: outputs of no kind, incomplete ones, members that are not there', () => {
    expect(
      said(`${BUS}outputs:
  mqqt: { url: mqtt://h }
  one: { type: nothing }
  influxdb: { url: http://h, version: 2, org: o, members: [shunte] }
  domoticz: { url: mqtt://h, create: true }
`),
    ).toEqual([
      "8:3 outputs.mqqt 'mqqt' is no kind of output, and says no type",
      '9:16 outputs.one.type expected one of mqtt, domoticz, zabbix, prometheus, influxdb, victoriametrics, postgres, webhook, nats',
      '10:13 outputs.influxdb expected bucket, which version 2 needs',
      '10:13 outputs.influxdb expected token, which version 2 needs',
      "10:60 outputs.influxdb.members.0 there is no device 'shunte'",
      '11:38 outputs.domoticz.create expected an http URL: sensors cannot be created by MQTT',
    ]);
  });

  it('are seen: aliases of nobody, encryption that is none, a time that nothing keeps', () => {
    const outputs = `outputs:
  mqtt: { url: mqtt://localhost, version: 4, expiry: 1m, homeassistant: { aliases: { shun.measured.voltage: old } } }
  postgres: { url: "postgres://localhost/busbar?sslmode=prefer" }
`;
    const problems = parse(BUS + outputs).problems.map(({ path, message }) => `${path ?? ''} ${message}`);
    expect(problems).toEqual([
      'outputs.mqtt.expiry only MQTT 5 knows this, and version: 4 is 3.1.1: nothing expires',
      "outputs.mqtt.homeassistant.aliases.shun.measured.voltage there is no device 'shun'",
      "outputs.postgres.url sslmode is 'prefer': expected disable, require or verify-full",
    ]);
    expect(parse(`${BUS}outputs: { mqtt: { url: mqtt://localhost, expiry: 1m } }\n`).problems).toEqual([]);
  });

  it('are those of links and rules where somebody can tell', () => {
    const fail = (text: string) => {
      throw new Fault('config', `bad ${text}`, { hint: 'do better' });
    };
    const problems = parse(`${BUS}alarms: [{ when: a > 1 }]\n`, {
      checkLink: fail,
      checkRule: ({ when }, members) => fail(`${when} of ${members.map(({ name }) => name).join()}`),
    }).problems;
    expect(problems.map(({ path, message, hint }) => [path, message, hint])).toEqual([
      ['buses.0.link', 'bad tcp://192.168.2.22:9999', 'do better'],
      ['alarms.0.when', 'bad a > 1 of shunt', 'do better'],
    ]);
  });

  it('are those of a plan with a day that there is not', () => {
    const plan = (day: string) =>
      said(
        `${BUS}tariffs: { currency: EUR, t1: 1, plan: [{ tariff: t1, dates: ["${day}"] }, { tariff: t1 }] }\n`,
      );
    expect(plan('02-28')).toEqual([]);
    expect(plan('02-31')[0]).toMatch(/^7:1 tariffs .*02-31/);
  });

  it('of rules are said of the whole rule; batteries and what the gateway counts are known to it', () => {
    const rules: string[] = [];
    const names: string[] = [];
    parse(
      `${BUS}batteries: { all: { members: [shunt] } }\nalarms: [{ when: a > 1, for: 5m, clear: a < 1 }]\n`,
      {
        checkRule: ({ when }, members) => {
          rules.push(when);
          names.push(
            ...members.map(({ name, groups }) => `${name} ${groups.map((group) => group.name).join()}`),
          );
        },
      },
    );
    expect(rules).toEqual(['a > 1 for 300s clear when a < 1']);
    expect(names[0]).toBe('shunt info,measured,configured,energy');
    expect(names[1]).toMatch(/^all batteries/);
  });

  it('show rules the fields of every member of a family', () => {
    const seen: string[][] = [];
    parse(`${BUS.replace('juntek-kg', 'juntek')}alarms: [{ when: x }]\n`, {
      checkRule: (_, members) =>
        seen.push(
          members.flatMap(({ groups }) => groups.flatMap(({ fields }) => fields.map(({ name }) => name))),
        ),
    });
    // `current_ratio` is of KG, `discharged_energy` of KH (contract, section 3).
    expect(seen[0]).toContain('discharged_energy');
    expect(seen[0]?.filter((name) => name === 'voltage')).toHaveLength(1);
  });

  it.each([
    ['hosts: [busbar.lan, "pi:80"]', 'http.hosts.1', 'a name such as busbar.lan, without port'],
    ['ingress: [172.30.32.2, supervisor]', 'http.ingress.1', 'an IP address such as 192.168.2.1'],
    ['trusted_proxies: ["fd00::1", 10.0.0]', 'http.trusted_proxies.1', 'an IP address such as 192.168.2.1'],
  ])('of who may ask, and under which name: %s', (http, path, expected) => {
    const [problem, ...more] = said(`${BUS}http: { ${http} }\n`);
    expect(problem).toContain(path);
    expect(problem).toContain(expected);
    expect(more).toEqual([]);
  });

  it.each([
    ['an empty file', '', '1:1  nothing stands in it'],
    ['comments only', '# nothing\n', '1:1  nothing stands in it'],
    ['a tab', 'site: home\nbuses:\n\t- name: x\n', '3:1  a tab cannot indent a line'],
    ['a key twice', `${BUS}site: other\n`, '7:1  this key stands here twice'],
    ['an unknown tag', `${BUS}title: !secret x\n`, '7:8  unknown tag'],
    ['a list at the top', '- a\n', '1:1  expected a mapping (key: value), not a list'],
  ])('of the text itself: %s', (_, text, expected) => {
    expect(said(text)[0]).toBe(expected);
  });

  it('of the text itself: the way to write variables inside of braces', () => {
    const [problem] = parse(`${BUS}outputs:\n  mqtt: { url: mqtt://h, password: \${PW} }\n`).problems;
    expect(problem?.hint).toBe('inside { } write "${NAME}" in quotes');
  });

  it.each(['__proto__', 'constructor', 'prototype'])('are keys such as %s, which change nothing', (key) => {
    expect(said(`${BUS}${key}: { polluted: true }\n`)).toEqual([`7:1 ${key} '${key}' cannot be a key`]);
    expect(said(BUS.replace('juntek-kg', `juntek-kg, limits: { ${key}: { max: 1 } }`))).toEqual([
      `6:53 buses.0.devices.0.limits.${key} '${key}' cannot be a key`,
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('end a text that grows without end', () => {
    // Each line holds the one before ten times: a billion values.
    const bomb = Array.from(
      { length: 9 },
      (_, n) =>
        `a${n}: &a${n} [${Array(10)
          .fill(n === 0 ? 'x' : `*a${n - 1}`)
          .join(', ')}]`,
    );
    expect(said(bomb.join('\n')).some((text) => text.includes('more than 50000 values'))).toBe(true);
    expect(said('#'.repeat(1_000_001))[0]).toContain('longer than 1000000 characters');
  });
});

describe('loadConfig', () => {
  const options = { catalog, env: {}, checkLink: () => undefined };

  it('throws all problems as one fault', () => {
    const load = () => loadConfig('busbar.yaml', { ...options, readFile: () => 'site: x\nsitte: y\n' });
    expect(load).toThrow(/busbar\.yaml:1:1: 'buses' is missing[\s\S]*busbar\.yaml:2:1: sitte: unknown key/);
  });

  it('says what to do where there is no file', () => {
    expect(() => loadConfig('busbar.yaml', { ...options, readFile: noFile })).toThrow(
      'busbar.yaml cannot be read: ENOENT: no such file busbar.yaml',
    );
  });

  it('brings warnings beside the configuration', () => {
    const text = `${BUS}outputs:\n  mqtt: { url: mqtts://h, tls: { insecure: true } }\n`;
    const { config, warnings } = loadConfig('busbar.yaml', { ...options, readFile: () => text });
    expect(config.site).toBe('home');
    expect(warnings.map(({ path }) => path)).toEqual(['outputs.mqtt.tls.insecure']);
  });
});
