import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Entry, parseStreamMessage } from '../../src/core/site/index.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { natsOutput, type NatsOutputOptions } from '../../src/outputs/nats/index.ts';
import { proofs } from '../every-device/captures.ts';
import { has, never, scratch } from '../links/harness.ts';
import { certificates, freePort } from './mosquitto.ts';
import { entry } from './mqtt-rig.ts';
import { natsServer, type NatsServer } from './nats-server.ts';
import { memberOf, playedMemory, playedSite, readingsOf, stateOf } from './site.ts';

/** The NATS output against a real nats-server, killed and restarted. */
const able = has('nats-server', ['-v'], 'the NATS output') && has('openssl', ['version'], 'NATS over TLS');

const NOW = Date.now();
let folder = '';
const cleanup: (() => unknown)[] = [];
beforeAll(async () => {
  const made = await scratch();
  folder = made.path;
  return () => made.remove();
});
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

let count = 0;
async function server(lines: readonly string[] = []): Promise<NatsServer> {
  const made = await natsServer(folder, `nats-${++count}`, lines);
  cleanup.push(made.kill);
  return made;
}

const [proof] = proofs.filter(({ name }) => name === 'kg.readme');
if (proof === undefined) throw new Error('the capture is gone');
const shunt = memberOf(proof.device, 'shunt');
const readings = readingsOf(proof);

async function opened(servers: string, more: Partial<NatsOutputOptions> = {}, memory = playedMemory()) {
  const site = playedSite();
  site.put(stateOf(shunt, readings, NOW));
  const quiet = (): void => undefined;
  const output = await natsOutput(
    { servers: [servers], prefix: 'busbar', stream: 'BUSBAR', create: true, ...more },
    {
      ...{ name: 'nats', view: site, clock: systemClock, random: () => 0, memory, trouble: quiet },
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      write: () => Promise.reject(new Error('nobody writes')),
    },
    '1.2.3',
  );
  cleanup.push(() => output.close());
  const deliver = (entries: readonly Entry[]): Promise<void> =>
    output.deliver?.(entries, never) ?? Promise.reject(new Error('it delivers nothing'));
  return { output, deliver, site };
}

describe.skipIf(!able)('NATS', () => {
  it('keeps births, readings and events, each once however often it is sent, also after a restart', async () => {
    const { url, kept } = await server();
    const memory = playedMemory();
    const entries: Entry[] = [
      entry(1, 'shunt', 'measured', NOW, readings.measured ?? {}),
      {
        sequence: 2,
        what: 'event',
        event: { at: NOW, kind: 'loss', severity: 'info', subject: 's', text: 't' },
      },
    ];
    const { deliver, output } = await opened(url, {}, memory);
    await deliver(entries);
    await deliver(entries);
    const gateway = memory.kept.get('gateway_id') ?? '';
    const first = await kept();
    expect(first.map(({ subject, key }) => [subject, key])).toEqual([
      ['busbar.home.shunt.birth', ''],
      ['busbar.home.birth', ''],
      ['busbar.home.stream.shunt.measured', `${gateway}/1`],
      ['busbar.home.events', `${gateway}/2`],
    ]);
    const message = parseStreamMessage(first[2]?.text ?? '');
    expect(message).toMatchObject({
      site: 'home',
      gateway,
      seq: 1,
      device: 'shunt',
      at: new Date(NOW).toISOString(),
    });
    expect(message.values.voltage).toBe(readings.measured?.voltage);
    expect(JSON.parse(first[1]?.text ?? '')).toMatchObject({
      members: [{ birth: 'busbar.home.shunt.birth' }],
    });
    // The next run of the same gateway: only births are said anew.
    await (await opened(url, {}, memory)).deliver(entries);
    expect((await kept()).slice(4).map(({ subject }) => subject)).toEqual([
      'busbar.home.shunt.birth',
      'busbar.home.birth',
    ]);
    expect(await output.test(never)).toMatch(/^nats-server \d.*, stream BUSBAR with 6 messages$/);
  });

  it('loses nothing and keeps nothing twice while the server is killed in the middle of batches', async () => {
    const mine = await server();
    const { deliver } = await opened(mine.url);
    const TOTAL = 2_000;
    const entries = Array.from({ length: TOTAL }, (_, index) =>
      entry(index + 1, 'shunt', 'measured', NOW + index, { voltage: index }),
    );
    let broken = 0;
    for (let from = 0; from < TOTAL; from += 200) {
      const batch = entries.slice(from, from + 200);
      let isDown = from % 600 === 200;
      for (let done = false; !done;) {
        const under = deliver(batch);
        const killing = isDown ? mine.kill() : Promise.resolve();
        done = await under.then(
          () => true,
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'output' });
            broken++;
            return false;
          },
        );
        if (!isDown) continue;
        isDown = false;
        await killing;
        await mine.start();
      }
    }
    expect(broken).toBeGreaterThan(0);
    const stored = (await mine.kept())
      .filter(({ subject }) => subject.includes('.stream.'))
      .map(({ text }) => parseStreamMessage(text).seq);
    expect([...stored].sort((a, b) => a - b)).toEqual(entries.map(({ sequence }) => sequence));
  });

  it('refuses a message that is too large, and goes on', async () => {
    const { url, kept } = await server(['max_payload: 4096']);
    const { deliver } = await opened(url, { members: ['other'] });
    const large = entry(1, 'shunt', 'x', NOW, { text: 'x'.repeat(5_000) });
    await expect(deliver([large])).rejects.toMatchObject({ code: 'refused' });
    await deliver([entry(2, 'shunt', 'x', NOW, { text: 'x' })]);
    expect((await kept()).map(({ subject }) => subject)).toEqual([
      'busbar.home.birth',
      'busbar.home.stream.shunt.x',
    ]);
  });

  it('names what is missing or wrong', async () => {
    const guarded = await server(['authorization { user: me, password: right }']);
    await expect((await opened(guarded.url)).deliver([])).rejects.toThrow(
      /does not accept user, password, token or credentials/,
    );
    const me = await opened(guarded.url.replace('//', '//me:right@'));
    expect(await me.output.test(never)).toContain('stream BUSBAR');
    const bare = await opened(guarded.url, {
      username: 'me',
      password: 'right',
      stream: 'OTHER',
      create: false,
    });
    await expect(bare.deliver([])).rejects.toMatchObject({
      code: 'output',
      message: 'there is no stream OTHER',
    });
    const nowhere = await opened(`nats://me:secret@localhost:${await freePort()}`);
    const fault: unknown = await nowhere.deliver([]).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'output' });
    expect(String(fault)).toMatch(/is the server running/);
    expect(String(fault)).not.toContain('secret');
  });

  it('speaks TLS, checks who answers, and never goes on in the clear', async () => {
    const { ca, server: own, client } = certificates(folder);
    const { port } = await server([
      `tls { cert_file: "${own[0]}", key_file: "${own[1]}", ca_file: "${ca}", verify: true }`,
    ]);
    const url = `tls://localhost:${port}`;
    const text = (path: string): string => readFileSync(path, 'utf8');
    const tls = { ca: text(ca), cert: text(client[0]), key: text(client[1]), insecure: false };
    expect(await (await opened(url, { tls })).output.test(never)).toContain('stream BUSBAR');
    expect(
      await (await opened(url, { tls: { ...tls, ca: text(client[0]), insecure: true } })).output.test(never),
    ).toContain('stream BUSBAR');
    const unknown = { cert: tls.cert, key: tls.key, insecure: false };
    await expect((await opened(url, { tls: unknown })).output.test(never)).rejects.toMatchObject({
      code: 'output',
    });
    const plain = await server();
    await expect((await opened(plain.url, { tls })).output.test(never)).rejects.toThrow(
      /server does not support 'tls'/,
    );
  });
});
