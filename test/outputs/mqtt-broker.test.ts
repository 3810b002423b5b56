import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { parseStreamMessage } from '../../src/core/site/stream.ts';
import { catalog } from '../../src/devices/index.ts';
import { has, never, scratch, until } from '../links/harness.ts';
import { proofs } from '../every-device/captures.ts';
import { checkBundle } from './ha-check.ts';
import { bystander, certificates, freePort, type Mosquitto, mosquitto } from './mosquitto.ts';
import { entry, rig } from './mqtt-rig.ts';
import { memberOf, playedMemory, playedSite, readingsOf, stateOf } from './site.ts';

/** The MQTT output against a real mosquitto, killed, frozen and restarted. */
const able =
  has('mosquitto', ['-h'], 'the MQTT output against a broker') &&
  has('openssl', ['version'], 'MQTT over TLS');

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

let count = 0;
async function broker(lines?: readonly string[], scheme?: string): Promise<Mosquitto> {
  const made = await mosquitto(join(folder, String(++count)), lines, scheme);
  cleanup.push(made.kill);
  return made;
}

async function opened(...args: Parameters<typeof rig>): Promise<Awaited<ReturnType<typeof rig>>> {
  const made = await rig(...args);
  cleanup.push(() => made.output.close());
  return made;
}

async function listener(
  ...args: Parameters<typeof bystander>
): Promise<Awaited<ReturnType<typeof bystander>>> {
  const made = await bystander(...args);
  cleanup.push(made.close);
  return made;
}

const [proof] = proofs.filter(({ name }) => name === 'kg.readme');
if (proof === undefined) throw new Error('the capture is gone');
const NOW = Date.now();
const shunt = memberOf(proof.device, 'shunt');
const readings = readingsOf(proof);
const state = stateOf(shunt, readings, NOW);

/** A site with a shunt that was read. */
function siteWithShunt() {
  const site = playedSite();
  site.put(state);
  return site;
}

describe.skipIf(!able)('MQTT', () => {
  it.each([5, 4] as const)('retains states, availability and birth; version %s', async (version) => {
    const { url } = await broker();
    const { output } = await opened({ url, version, values_topics: true }, { site: siteWithShunt() });
    const other = await listener(url);
    await until(() => other.latest('busbar/home/shunt/availability') === 'online', 'the state');
    await until(() => other.latest('busbar/home/birth') !== undefined, 'the birth');
    expect(other.latest('busbar/home/status')).toBe('online');
    const document = JSON.parse(other.latest('busbar/home/shunt/state') ?? '') as Record<
      string,
      Record<string, unknown>
    >;
    expect(document.measured?.voltage).toBe(readings.measured?.voltage);
    expect(document.device).toMatchObject({ id: 'juntek-kg', name: 'shunt' });
    expect(other.latest('busbar/home/shunt/values/measured/voltage')).toBe(
      JSON.stringify(readings.measured?.voltage),
    );
    const birth = JSON.parse(other.latest('busbar/home/birth') ?? '') as object;
    expect(birth).toMatchObject({
      schema: 1,
      site: 'home',
      software: { version: '1.2.3' },
      members: [{ name: 'shunt' }],
    });
    const described = JSON.parse(other.latest('busbar/home/shunt/birth') ?? '') as {
      groups: { name: string; fields: object[] }[];
    };
    expect(described.groups.find(({ name }) => name === 'measured')?.fields[0]).toMatchObject({
      name: 'voltage',
      unit: 'V',
    });
    expect(await output.test(never)).toContain(version === 5 ? 'MQTT 5' : 'MQTT 3.1.1');
  });

  it('says goodbye when it is closed, and the broker says it when it is cut off', async () => {
    const { url } = await broker();
    const other = await listener(url);
    const polite = await rig({ url }, { site: siteWithShunt(), factor: 1 });
    await until(() => other.latest('busbar/home/status') === 'online', 'the first');
    await polite.output.close();
    await until(() => other.latest('busbar/home/status') === 'offline', 'the goodbye');
    // The client id is taken over: for the broker that is a lost connection, as after kill -9.
    const memory = playedMemory();
    const cut = await opened({ url, client_id: 'same' }, { site: siteWithShunt(), memory });
    await until(() => other.latest('busbar/home/status') === 'online', 'the second');
    const thief = await listener(url, { clientId: 'same', reconnectPeriod: 0 }, 'nothing');
    await until(() => other.latest('busbar/home/status') === 'offline', 'the will');
    await until(() => cut.troubles.at(-1) !== 'well', 'the trouble');
    expect(cut.troubles.at(-1)).toMatch(/does another program use the client id same\?/);
    await thief.close();
  });

  it('carries out commands and answers with what was read back', async () => {
    const { url } = await broker();
    const { commands } = await opened({ url }, { site: siteWithShunt() });
    const other = await listener(url);
    await until(() => other.latest('busbar/home/status') === 'online', 'the gateway');
    const set = 'busbar/home/shunt/set/output';
    const answer = async (): Promise<Record<string, unknown>> => {
      const results = other.heard.filter(({ topic }) => topic === 'busbar/home/shunt/result').length;
      await until(
        () => other.heard.filter(({ topic }) => topic === 'busbar/home/shunt/result').length > results,
        'a result',
      );
      return JSON.parse(other.latest('busbar/home/shunt/result') ?? '') as Record<string, unknown>;
    };
    const first = answer();
    await other.client.publishAsync(set, 'on', { qos: 1 });
    expect(await first).toMatchObject({
      field: 'output',
      ok: true,
      outcome: 'confirmed',
      after: { 'measured.output': 'on' },
    });
    expect(commands).toEqual([{ member: 'shunt', field: 'output', value: 'on', by: `mqtt:${set}` }]);

    // With an id it is carried out once, however often it comes; the answer goes where the sender wants it too.
    const at = '2026-11-21T04:15:00Z';
    for (let time = 0; time < 2; time++) {
      const again = answer();
      await other.client.publishAsync(set, JSON.stringify({ value: 'off', at, id: 7 }), {
        qos: 1,
        properties: { responseTopic: 'me/answers', correlationData: Buffer.from('q7') },
      });
      expect(await again).toMatchObject({ ok: true, id: '7' });
    }
    expect(commands).toHaveLength(2);
    expect(commands[1]).toMatchObject({ value: 'off', at: Date.parse(at) });
    await until(() => other.heard.filter(({ topic }) => topic === 'me/answers').length === 2, 'the answers');
    expect(
      other.heard.findLast(({ topic }) => topic === 'me/answers')?.properties?.correlationData?.toString(),
    ).toBe('q7');
  });

  it('refuses commands that the broker kept, are no JSON, or that the gateway refuses', async () => {
    const { url } = await broker();
    const other = await listener(url);
    // Kept from before it was there, and kept while it is there.
    await other.client.publishAsync('busbar/home/shunt/set/output', 'off', { qos: 1, retain: true });
    const refusing = () => {
      throw new Fault('refused', "writing 'output' of shunt is not allowed");
    };
    const { commands } = await opened({ url }, { site: siteWithShunt(), written: refusing });
    const results = () =>
      other.heard.filter(({ topic }) => topic === 'busbar/home/shunt/result').map(({ text }) => text);
    await until(() => results().length === 1, 'the refusal');
    await other.client.publishAsync('busbar/home/shunt/set/output', 'on', { qos: 1, retain: true });
    await until(() => results().length === 2, 'the second refusal');
    expect(results().join()).toMatch(/broker keeps this command.*broker keeps this command/);
    expect(commands).toEqual([]);
    await other.client.publishAsync('busbar/home/shunt/set/output', '{', { qos: 1 });
    await until(() => results().length === 3, 'the third refusal');
    expect(results()[2]).toContain('no JSON');
    await other.client.publishAsync('busbar/home/shunt/set/output', 'on', { qos: 1 });
    await until(() => results().length === 4, 'the fourth refusal');
    expect(JSON.parse(results()[3] ?? '')).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(commands).toHaveLength(1);
  });

  it('speaks TLS with a certificate of its own, and names what is wrong', async () => {
    const { ca, server, client } = certificates(folder);
    const { url } = await broker(
      [
        'allow_anonymous true',
        `cafile ${ca}`,
        `certfile ${server[0]}`,
        `keyfile ${server[1]}`,
        'require_certificate true',
      ],
      'mqtts',
    );
    const wrong = [
      [{ insecure: false }, /certificate is of an authority that is not known here: give that as tls\.ca/],
      [{ ca, insecure: false }, /certificate of ours|alert|socket|closed/],
      [{ ca: join(folder, 'absent.crt'), insecure: false }, /tls\.ca: .*absent\.crt cannot be read/],
    ] as const;
    for (const [tls, says] of wrong) {
      const { output, troubles } = await rig({ url, tls });
      await until(() => troubles.length > 0, 'the trouble');
      expect(troubles[0]).toMatch(says);
      await output.close();
    }
    const { output } = await opened({ url, tls: { ca, cert: client[0], key: client[1], insecure: false } });
    expect(await output.test(never)).toContain('acknowledged');
    const blind = await opened({
      url,
      client_id: 'blind',
      tls: { cert: client[0], key: client[1], insecure: true },
    });
    expect(await blind.output.test(never)).toContain('acknowledged');
    expect(blind.logged.join()).toContain('anybody in between can read');
  });

  it('names a wrong password, and a broker that is not there', async () => {
    const passwords = join(folder, 'passwords');
    const { spawnSync } = await import('node:child_process');
    spawnSync('mosquitto_passwd', ['-b', '-c', passwords, 'me', 'right']);
    const { url } = await broker(['allow_anonymous false', `password_file ${passwords}`]);
    const denied = await opened({ url, username: 'me', password: 'wrong' });
    await until(() => denied.troubles.length > 0, 'the trouble');
    expect(denied.troubles[0]).toMatch(/we are not authorised|user or password is wrong/);
    expect(denied.troubles[0]).not.toContain('wrong,');
    const taken = await opened({ url, username: 'me', password: 'right', client_id: 'b' });
    expect(await taken.output.test(never)).toContain('acknowledged');
    const nowhere = await opened({ url: `mqtt://me:secret@localhost:${await freePort()}` });
    await until(() => nowhere.troubles.length > 0, 'the trouble');
    expect(nowhere.troubles[0]).toMatch(/nothing listens there/);
    expect(nowhere.troubles[0]).not.toContain('secret');
    await expect(nowhere.output.deliver?.([], AbortSignal.timeout(100))).rejects.toThrow(
      /nothing listens there/,
    );
  });

  it('goes on with 3.1.1 where the broker does not know 5', async () => {
    // A broker of 3.1.1 answers the first packet with code 1; the byte at 8 is the version that was asked for.
    const sockets: Socket[] = [];
    const versions: (number | undefined)[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        versions.push(data[8]);
        socket.write(Uint8Array.of(0x20, 2, 0, data[8] === 5 ? 1 : 0));
        if (data[8] === 5) socket.end();
      });
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    cleanup.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await opened({ url: `mqtt://127.0.0.1:${port}`, commands: false });
    await until(() => versions.includes(4), 'the second attempt');
    expect(versions.slice(0, 2)).toEqual([5, 4]);
  });

  it('loses nothing and keeps the order while the broker is killed again and again', async () => {
    const server = await broker(['allow_anonymous true', 'autosave_interval 1', 'max_queued_messages 0']);
    const { url } = server;
    const site = siteWithShunt();
    const { output, deliver } = await opened(
      { url, stream: true, backfill_rate: 100_000 },
      { site, factor: 50 },
    );
    // Retained and queued messages of a killed mosquitto are gone: who listens must be there before.
    const seen = new Map<number, number>();
    let last = 0;
    let backwards = 0;
    const collect = async (): Promise<void> => {
      const other = await bystander(url, { clean: true, reconnectPeriod: 0 }, 'busbar/home/stream/#');
      other.client.on('message', (_topic, payload) => {
        const { seq } = parseStreamMessage(payload.toString());
        if (seq < last && !seen.has(seq)) backwards++;
        seen.set(seq, (seen.get(seq) ?? 0) + 1);
        last = Math.max(last, seq);
      });
      cleanup.push(other.close);
    };
    await collect();
    const entries = Array.from({ length: 2_000 }, (_, index) =>
      entry(index + 1, 'shunt', 'measured', NOW + index, { voltage: 13 + index / 1000 }),
    );
    let broken = 0;
    for (let from = 0; from < entries.length; from += 100) {
      const batch = entries.slice(from, from + 100);
      if (from % 500 === 200) {
        // Killed with messages on their way: those that were not acknowledged come again when somebody listens.
        const under = output.deliver?.(batch, never).then(
          () => true,
          () => false,
        );
        await server.kill();
        const isTaken = await under;
        await server.start();
        await collect();
        if (isTaken === true) continue;
        broken++;
      }
      await deliver(batch);
    }
    await until(() => seen.size === entries.length, 'every message');
    expect(broken).toBeGreaterThan(0);
    expect(backwards).toBe(0);
  });

  it('waits for a broker that hangs without growing, and sends only what is latest then', async () => {
    const server = await broker();
    const site = siteWithShunt();
    const { output, deliver } = await opened({ url: server.url, keepalive: 5 }, { site });
    expect(await output.test(never)).toContain('acknowledged');
    const other = await listener(server.url, { keepalive: 3_600 }, 'busbar/home/shunt/state');
    await until(() => other.heard.length > 0, 'the first state');
    server.freeze();
    const before = other.heard.length;
    const stuck = deliver([entry(1, 'shunt', 'measured', NOW + 1, { ...readings.measured, voltage: 1 })]);
    for (let index = 0; index < 5_000; index++) {
      const values = { ...readings.measured, voltage: 10 + index / 1000 };
      site.measured(
        { device: 'shunt', group: 'measured', at: NOW + 10 + index, values, kind: 'live' },
        index + 2,
      );
    }
    const last = deliver([
      entry(5_001, 'shunt', 'measured', NOW + 10 + 4_999, { ...readings.measured, voltage: 14.999 }),
    ]);
    server.thaw();
    await Promise.all([stuck, last]);
    const voltage = () =>
      (JSON.parse(other.latest('busbar/home/shunt/state') ?? '{}') as { measured?: { voltage?: number } })
        .measured?.voltage;
    await until(() => voltage() === 14.999, 'the latest state');
    // Of 5,000 changes the one on its way, and the latest ones.
    expect(other.heard.length - before).toBeLessThan(6);
  });

  it('shows what is current before it has caught up, and never goes back', async () => {
    const server = await broker();
    const site = siteWithShunt();
    const { deliver } = await opened(
      { url: server.url, stream: true, backfill_rate: 20 },
      { site, factor: 50 },
    );
    const other = await listener(server.url);
    await until(() => other.latest('busbar/home/shunt/availability') === 'online', 'the state');
    await server.kill();
    // An hour away: a hundred old readings wait in the journal, the latest stands in the view.
    const old = Array.from({ length: 100 }, (_, index) =>
      entry(index + 1, 'shunt', 'measured', NOW - 3_600_000 + index * 1000, {
        ...readings.measured,
        voltage: 1 + index,
      }),
    );
    site.measured(
      {
        device: 'shunt',
        group: 'measured',
        at: NOW + 1000,
        values: { ...readings.measured, voltage: 14.4 },
        kind: 'live',
      },
      101,
    );
    await server.start();
    await until(() => other.client.connected, 'the listener to be back');
    await other.client.subscribeAsync('#', { qos: 1 });
    await deliver(old);
    const mine = other.heard
      .filter(({ topic }) => topic === 'busbar/home/shunt/state')
      .map(({ text }) => (JSON.parse(text) as { measured: { voltage: number } }).measured.voltage);
    expect(mine.filter((voltage) => voltage < 10 || (voltage > 15 && voltage < 26))).toEqual([]);
    expect(mine.at(-1)).toBe(14.4);
    await until(
      () => other.heard.filter(({ topic }) => topic.startsWith('busbar/home/stream/')).length >= 100,
      'the old ones',
    );
  });

  it('takes away what the broker keeps of members and values that are gone, also after a restart', async () => {
    const { url } = await broker();
    const memory = playedMemory();
    const rack = catalog.devices.find(({ id }) => id === 'pylontech');
    const capture = proofs.find(({ name }) => name === 'pylontech.us2000x3');
    if (rack === undefined || capture === undefined) throw new Error('the capture is gone');
    const full = readingsOf(capture);
    const first = siteWithShunt();
    first.put(stateOf(memberOf(rack, 'rack'), full, NOW));
    const other = await listener(url);
    const before = await rig({ url, values_topics: true }, { site: first, memory, factor: 1 });
    const packs = () =>
      new Set(
        other.heard.flatMap(({ topic }) => /rack\/values\/analog\/packs\/(\d+)\//.exec(topic)?.[1] ?? []),
      );
    await until(() => packs().size === 3, 'three packs');
    // A pack less: its values go away, the others stay.
    const analog = full.analog ?? {};
    const fewer = { ...analog, packs: Array.isArray(analog.packs) ? analog.packs.slice(0, 2) : [] };
    await before.deliver([entry(1, 'rack', 'analog', NOW + 1, fewer)]);
    await until(
      () => other.latest('busbar/home/rack/values/analog/packs/4/voltage') === '',
      'the pack to be gone',
    );
    expect(other.latest('busbar/home/rack/values/analog/packs/3/voltage')).not.toBe('');
    await before.output.close();
    // The rack leaves the configuration while we are down.
    await opened({ url, values_topics: true }, { site: siteWithShunt(), memory, factor: 100 });
    await until(() => other.latest('busbar/home/rack/state') === '', 'the rack to be gone');
    await until(() => other.latest('busbar/home/rack/values/analog/packs/2/voltage') === '', 'its values');
    expect(other.latest('busbar/home/shunt/availability')).toBe('online');
  });

  it('announces to Home Assistant what it would take, and again after it was told', async () => {
    const { url } = await broker();
    const ha = { prefix: 'homeassistant', mode: 'bundle', cells: false, aliases: {} } as const;
    await opened({ url, homeassistant: ha }, { site: siteWithShunt(), factor: 50 });
    const other = await listener(url);
    const topic = 'homeassistant/device/busbar_home/busbar_home_shunt/config';
    await until(() => other.latest(topic) !== undefined, 'the announcement');
    expect(checkBundle(topic, other.latest(topic) ?? '')).toEqual([]);
    const count = () => other.heard.filter((one) => one.topic === topic).length;
    const before = count();
    await other.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    await until(() => count() > before, 'the announcement again');
    // What Home Assistant presses arrives as a command.
    const button = (
      JSON.parse(other.latest(topic) ?? '') as {
        components: Record<string, { command_topic: string; payload_press: string }>;
      }
    ).components.set_clear_counters;
    await other.client.publishAsync(button?.command_topic ?? '', button?.payload_press ?? '', { qos: 1 });
    await until(() => other.latest('busbar/home/shunt/result') !== undefined, 'the answer');
    expect(JSON.parse(other.latest('busbar/home/shunt/result') ?? '')).toMatchObject({
      field: 'clear_counters',
      ok: true,
    });
  });

  it('takes its announcements back when they are switched off, and shows only the members wanted', async () => {
    const { url } = await broker();
    const memory = playedMemory();
    const other = await listener(url);
    const ha = { prefix: 'homeassistant', mode: 'single', cells: false, aliases: {} } as const;
    const site = siteWithShunt();
    site.put(stateOf({ ...shunt, name: 'spare' }, readings, NOW));
    const first = await rig({ url, homeassistant: ha, members: ['shunt'] }, { site, memory, factor: 10 });
    const topic = 'homeassistant/sensor/busbar_home/busbar_home_shunt_measured_voltage/config';
    await until(() => (other.latest(topic) ?? '') !== '', 'the announcement');
    await first.output.close();
    await opened({ url, members: ['shunt'] }, { site, memory });
    await until(() => other.latest(topic) === '', 'the withdrawal');
    await until(() => other.latest('busbar/home/shunt/availability') === 'online', 'the shunt');
    expect(other.heard.filter((one) => one.topic.includes('spare'))).toEqual([]);
  });
});
