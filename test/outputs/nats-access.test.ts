import { mkdir, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { natsOutput, type NatsOutputOptions } from '../../src/outputs/nats/index.ts';
import { type Running, start } from '../cli/harness.ts';
import { has, never, scratch, until } from '../links/harness.ts';
import { certificates } from './mosquitto.ts';
import { signed } from './nats-jwt.ts';
import { natsServer, type NatsServer } from './nats-server.ts';
import { shuntSite } from './outage.ts';
import { hasPostgres, postgresServer } from './postgres-server.ts';
import { contextOf, entry } from './receiver.ts';

/** How a real nats-server and we know each other: certificates, tokens, `.creds` files; the output and `busbar ingest`. */
const able = has('nats-server', ['-v'], 'access to NATS') && has('openssl', ['version'], 'access to NATS');

const NOW = Date.now();
const REFUSED = 'it does not accept user, password, token or credentials';
const STRANGER = 'its certificate is of an authority that is not known here: give that as tls.ca';

let folder = '';
const cleanup: (() => unknown)[] = [];
beforeEach(async () => {
  const made = await scratch();
  folder = made.path;
  cleanup.push(() => made.remove());
});
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

let count = 0;
async function server(lines: readonly string[]): Promise<NatsServer> {
  const made = await natsServer(folder, `nats-${++count}`, lines);
  cleanup.push(made.kill);
  return made;
}

/** A server that encrypts, and whom it has its certificate from. */
async function encrypting(lines: readonly string[] = [], names?: string) {
  const own = join(folder, `certificates-${++count}`);
  await mkdir(own);
  const made = certificates(own, 'ec', names);
  const [cert, key] = made.server;
  const { port } = await server([...lines, `tls { cert_file: "${cert}", key_file: "${key}" }`]);
  return {
    port,
    url: `tls://localhost:${port}`,
    ca: made.ca,
    tls: { ca: readFileSync(made.ca, 'utf8'), insecure: false },
  };
}

async function opened(url: string, more: Partial<NatsOutputOptions>) {
  const options = { servers: [url], prefix: 'busbar', stream: 'BUSBAR', create: true, ...more };
  const output = await natsOutput(options, contextOf(shuntSite(['shunt'], NOW, 'east')), '1.2.3');
  cleanup.push(() => output.close());
  return output;
}

/** What an output says of its server, or why it cannot. */
const said = async (url: string, more: Partial<NatsOutputOptions> = {}): Promise<string> =>
  (await opened(url, more)).test(never).catch((error: unknown) => String(error));

describe.skipIf(!able)('the NATS output', () => {
  it('is known by what an operator signed, over TLS; and says when it is not', async () => {
    const operator = signed();
    const { url, tls } = await encrypting(operator.lines);
    const by = (credentials: string) => said(url, { tls, credentials });
    expect(await by(operator.creds)).toContain('stream BUSBAR');
    // As an editor on Windows leaves it.
    expect(await by(operator.creds.replaceAll('\n', '\r\n'))).toContain('stream BUSBAR');
    expect(await by(signed().creds)).toContain(REFUSED);
    expect(await by(operator.expired)).toContain(REFUSED);
    expect(await said(url, { tls })).toContain(REFUSED);
    const broken = operator.creds.replace(/^SU.*$/m, (seed) => seed.toLowerCase());
    for (const creds of ['secret-4711', broken]) {
      const why = await by(creds);
      expect(why).toContain('our credentials are not the content of a .creds file');
      expect(why).not.toContain(creds);
    }
  });

  it('is known by a token, also in the URL', async () => {
    const { url } = await server(['authorization { token: "right-4711" }']);
    expect(await said(url, { token: 'right-4711' })).toContain('stream BUSBAR');
    expect(await said(url.replace('//', '//right-4711@'))).toContain('stream BUSBAR');
    const wrong = await said(url.replace('//', '//wrong-4711@'));
    expect(wrong).toContain(REFUSED);
    expect(wrong).not.toContain('4711');
  });

  it('checks whose certificate it is shown, by name and by address', async () => {
    const named = await encrypting();
    const addressed = await encrypting([], 'DNS:hub.example,IP:127.0.0.1');
    const at = (host: string, { port }: typeof named): string => `tls://${host}:${port}`;
    expect(await said(at('localhost', named), named)).toContain('stream BUSBAR');
    expect(await said(at('127.0.0.1', addressed), addressed)).toContain('stream BUSBAR');
    const other = 'its certificate is for another name';
    expect(await said(at('127.0.0.1', named), named)).toContain(other);
    expect(await said(at('localhost', addressed), addressed)).toContain(other);
    expect(await said(named.url)).toContain(STRANGER);
    expect(await said(named.url, { tls: addressed.tls })).toContain(STRANGER);
    const { url } = await server([]);
    expect(await said(url, named)).toContain('it does not encrypt');
  });
});

describe.skipIf(!able || !hasPostgres('busbar ingest from NATS over TLS'))('busbar ingest', () => {
  it('takes from a server over TLS with a .creds file, or with a token; and says what it lacks', async () => {
    const operator = signed();
    const { url, tls, ca } = await encrypting(operator.lines);
    const database = await postgresServer();
    cleanup.push(database.remove);
    const output = await opened(url, { tls, credentials: operator.creds });
    const samples = [50, 51, 52].map((voltage, place) =>
      entry(place + 1, 'shunt', 'measured', NOW + place * 1000, { voltage }),
    );
    await output.deliver?.(samples, never);
    const guarded = await server(['authorization { token: "right-4711" }']);
    await (await opened(guarded.url, { token: 'right-4711' })).deliver?.([], never);

    const [ours, strange] = [join(folder, 'ours.creds'), join(folder, 'strange.creds')];
    await writeFile(ours, operator.creds);
    await writeFile(strange, signed().creds);
    const ingest = (from: string, ...more: readonly string[]): Running => {
      const words = ['--from', from, '--to', database.url, '--log-level', 'info', ...more];
      const one = start(['ingest', ...words]);
      cleanup.push(() => one.kill());
      return one;
    };
    const byToken = (token: string) => ingest(guarded.url.replace('//', `//${token}@`));
    const good = ingest(url, '--from-ca', ca, '--from-creds', ours);
    await Promise.all([
      good.says('taking from BUSBAR'),
      ingest(url, '--from-ca', ca, '--from-creds', strange).says(REFUSED),
      ingest(url, '--from-creds', ours).says(STRANGER.replace('tls.ca', '--from-ca')),
      ingest(url, '--from-ca', ca, '--from-creds', ca).says('not the content of a .creds file'),
      byToken('right-4711').says('taking from BUSBAR'),
      byToken('wrong-4711').says(REFUSED),
    ]);
    const stored = async (): Promise<readonly unknown[]> =>
      (
        await database
          .rows(`select value from busbar.reading where path = 'voltage' order by time`)
          .catch(() => [])
      ).map(({ value }) => value);
    await until(async () => (await stored()).length === 3, 'the samples', 20_000);
    expect(await stored()).toEqual([50, 51, 52]);
    good.interrupt();
    expect((await good.done).code).toBe(0);
  }, 60_000);
});
