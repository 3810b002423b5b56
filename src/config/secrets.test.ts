import { describe, expect, it } from 'vitest';
import { catalog } from '../devices/index.ts';
import { parseConfig } from './parse.ts';
import { MASK, printProblem } from './problem.ts';
import { redact } from './redact.ts';
import { fillIn } from './secrets.ts';

const BUS = `site: home
buses:
  - { name: shed, link: "tcp://h:1", devices: [{ name: shunt, device: juntek-kg }] }
`;

function parse(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  return parseConfig(text, {
    catalog,
    env,
    file: '/etc/busbar/busbar.yaml',
    readFile: (path) => {
      const content = files[path];
      if (content === undefined) throw new Error('ENOENT: no such file');
      return content;
    },
  });
}

describe('variables of the environment', () => {
  it.each([
    ['${A}', 'one'],
    ['<${A}${B}>', '<onetwo>'],
    ['${C:-otherwise}', 'otherwise'],
    ['${EMPTY:-otherwise}', 'otherwise'],
    ['${EMPTY}', ''],
    ['${A:-otherwise}', 'one'],
    ['${C:-a:-b}', 'a:-b'],
    ['$${A}', '${A}'],
    ['$A and $', '$A and $'],
  ])('%s is %s', (text, expected) => {
    expect(fillIn(text, { A: 'one', B: 'two', EMPTY: '' })).toMatchObject({ text: expected });
  });

  it.each(['${C}', '${}', '${A', '${1A}', '${A-b}', '${toString}'])('%s is a problem', (text) => {
    expect(fillIn(text, { A: 'one' })).toHaveProperty('problem');
  });

  it('may stand for anything, also numbers and flags', () => {
    const { config, problems } = parse(
      `${BUS}title: \${T}\noutputs:\n  mqtt: { url: "mqtt://\${HOST}:1883", keepalive: "\${K}", retain: "\${R}" }\n`,
      { T: '12', HOST: 'broker', K: '60', R: 'false' },
    );
    expect(problems).toEqual([]);
    expect(config?.title).toBe('12');
    expect(config?.outputs.mqtt).toMatchObject({ url: 'mqtt://broker:1883', keepalive: 60, retain: false });
  });

  it('that are not set are a problem of their own, and the only one', () => {
    const { problems } = parse(`${BUS}http: { password: "\${NONE}" }\n`);
    expect(problems.map(({ line, column, message }) => [line, column, message])).toEqual([
      [4, 19, 'the variable NONE is not set in the environment'],
    ]);
  });
});

describe('files', () => {
  it('bring their content without the line end, from beside the configuration', () => {
    const { config, problems } = parse(
      `${BUS}http: { password: !file secrets/http, token: !file /run/token }\n`,
      {},
      {
        '/etc/busbar/secrets/http': 'pass word\n',
        '/run/token': 'two\nlines\r\n',
      },
    );
    expect(problems).toEqual([]);
    expect(config?.http).toMatchObject({ password: 'pass word', token: 'two\nlines' });
  });

  it('of certificates are named by their path alone', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
    const { config } = parse(
      `${BUS}outputs:\n  mqtt: { url: "mqtts://h", tls: { ca: ca.pem } }\n`,
      {},
      { '/etc/busbar/ca.pem': `${pem}\n` },
    );
    expect(config?.outputs.mqtt).toMatchObject({ tls: { ca: pem } });
  });

  it('that cannot be read are a problem', () => {
    const { problems } = parse(
      `${BUS}outputs:\n  mqtt: { url: "mqtts://h", tls: { ca: ca.pem } }\nhttp: { token: !file none }\n`,
    );
    expect(problems.map(({ path, message }) => [path, message])).toEqual([
      ['outputs.mqtt.tls.ca', 'the file /etc/busbar/ca.pem cannot be read: ENOENT: no such file'],
      ['http.token', 'the file /etc/busbar/none cannot be read: ENOENT: no such file'],
    ]);
  });
});

/** Every place where a secret may stand, each wrong or beside something wrong on the same line. */
const CANARIES: readonly string[] = [
  `${BUS}http: { password: canary-7, listn: x }`,
  `${BUS}http: { pasword: canary-7 }`,
  `${BUS}http: { tokn: canary-7 }`,
  `${BUS}http: { token: [canary-7], base_path: x }`,
  `${BUS}http: { token: {canary-7: 1} }`,
  `${BUS}http: { base_path: "\${CANARY}" }`,
  `${BUS}http: { listen: !file canary }`,
  `${BUS}outputs: { mqtt: { url: "mqtt://user:canary-7@host", qoss: 1 } }`,
  `${BUS}outputs: { mqtt: { url: "htp://user:canary-7@host" } }`,
  `${BUS}outputs: { postgres: { url: "postgres://user:canary-7@host/db", bad: 1 } }`,
  `${BUS}outputs: { mqt: { password: canary-7 } }`,
  `${BUS}outputs: { webhook: { url: "http://h", headers: { X-Key: canary-7, "bad name": canary-7 } } }`,
  `${BUS}outputs: { zabbix: { server: h, tls: { psk_identity: a, psk: canary-7 } } }`,
  BUS.replace('juntek-kg', 'neva, password: canary-7, bad: 1'),
  BUS.replace('juntek-kg', 'neva, access: { start: canary-7 }'),
  BUS.replace('juntek-kg', 'juntek-kg, access: { password: canary-7 }'),
  `${BUS}http:\n  password: |\n    canary-7\n  bad: 1`,
  // No YAML at all: nothing is known of what stands where.
  `${BUS}http: { password: canary-7`,
  `${BUS}http:\n  password: "canary-7\n`,
  `${BUS}http:\n  password: canary-7: x\n`,
  `${BUS}outputs: { mqtt: { url: "mqtt://user:canary-7@host }`,
];

describe('secrets', () => {
  it.each(CANARIES)('are in no problem of %j', (text) => {
    const { problems } = parse(text, { CANARY: 'canary-7' }, { '/etc/busbar/canary': 'canary-7' });
    expect(problems).not.toEqual([]);
    expect(problems.map(printProblem).join('\n')).not.toContain('canary-7');
    expect(JSON.stringify(problems)).not.toContain('canary-7');
  });

  it('leave the rest of the line, and the caret in its place', () => {
    const [problem] = parse(`${BUS}http: { password: canary-7, listn: x }`).problems;
    expect(problem?.source).toEqual({
      text: `http: { password: ${MASK}, listn: x }`,
      caret: 'http: { password: ***, '.length,
    });
    // Where it stands in the file itself.
    expect(problem?.column).toBe('http: { password: canary-7, '.length + 1);
  });

  it('are masked in a configuration that is shown', () => {
    const { config } = parse(
      `${BUS.replace('juntek-kg', 'neva-mt3xx, password: canary-7')}http: { password: canary-7, token: canary-7 }
outputs:
  mqtt: { url: "mqtt://user:canary-7@host", password: canary-7, tls: { cert: cert.pem, key: key.pem } }
  nats: { servers: ["nats://canary-7@host"], credentials: canary-7 }
  webhook: { url: "http://h", headers: { Authorization: canary-7 }, token: canary-7 }
  zabbix: { server: h, tls: { psk_identity: me, psk: "${'ab'.repeat(16)}" } }
`,
      {},
      {
        '/etc/busbar/cert.pem': '-----BEGIN CERTIFICATE-----',
        '/etc/busbar/key.pem': '-----BEGIN PRIVATE KEY-----\ncanary-7',
      },
    );
    if (config === undefined) throw new Error('it is a good one');
    const shown = redact(config);
    expect(JSON.stringify(shown)).not.toMatch(/canary-7|abab/);
    expect(shown.http).toEqual({ ...config.http, password: MASK, token: MASK });
    expect(shown.outputs.mqtt).toMatchObject({
      url: `mqtt://${MASK}@host`,
      tls: { cert: '-----BEGIN CERTIFICATE-----' },
    });
    expect(shown.outputs.zabbix).toMatchObject({ tls: { psk_identity: 'me', psk: MASK } });
    expect(shown.history).toEqual(config.history);
  });
});
