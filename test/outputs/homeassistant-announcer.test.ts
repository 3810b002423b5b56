import { describe, expect, it } from 'vitest';
import type { Post } from '../../src/core/site/broker.ts';
import { topicsOf } from '../../src/core/site/topics.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { type VirtualClock, virtualClock } from '../../src/core/virtual-clock.ts';
import { catalog } from '../../src/devices/index.ts';
import { homeAssistant, type HomeAssistantOptions } from '../../src/outputs/homeassistant/index.ts';
import { proofs } from '../every-device/captures.ts';
import { checkBundle, checkSingle } from './ha-check.ts';
import { memberOf, type PlayedSite, playedMemory, playedSite, readingsOf, stateOf } from './site.ts';

/** A broker that keeps what is retained. */
function playedBroker() {
  const retained = new Map<string, string>();
  const posts: Post[] = [];
  return {
    retained,
    /** Everything published since last asked. */
    news: () => posts.splice(0),
    publish: (post: Post): Promise<void> => {
      posts.push(post);
      if (post.retain === true && post.payload === '') retained.delete(post.topic);
      else if (post.retain === true) retained.set(post.topic, post.payload);
      return Promise.resolve();
    },
    topics: () => [...retained.keys()].sort(),
  };
}

const OPTIONS: HomeAssistantOptions = { prefix: 'homeassistant', mode: 'bundle', cells: false, aliases: {} };

async function announcer(
  site: PlayedSite,
  broker: ReturnType<typeof playedBroker>,
  {
    clock = virtualClock(),
    memory = playedMemory(),
    options = {},
  }: {
    readonly clock?: VirtualClock;
    readonly memory?: ReturnType<typeof playedMemory>;
    readonly options?: Partial<HomeAssistantOptions>;
  } = {},
) {
  const log = { debug: unexpected, info: unexpected, warn: unexpected, error: unexpected };
  let again = 0;
  const make = await homeAssistant({ ...OPTIONS, ...options }, { memory, log }, true, '1.2.3');
  const addOn = make(
    { topics: topicsOf('busbar/home'), publish: broker.publish, again: () => (again += 1) },
    {
      name: 'mqtt',
      view: site,
      clock,
      random: () => 0.5,
      log,
      trouble: () => undefined,
      write: () => Promise.reject(new Error('nobody writes')),
      memory,
    },
  );
  addOn.opened();
  await clock.advance(2_000);
  return { addOn, clock, memory, again: () => again };
}

function unexpected(text: string): void {
  throw new Error(text);
}

function proofOf(name: string) {
  const found = proofs.find((proof) => proof.name === name);
  if (found === undefined) throw new Error(`the capture ${name} is gone`);
  return found;
}

const kg = proofOf('kg.readme');
const packs = proofOf('pylontech.us2000x3');
const rackDevice = catalog.devices.find(({ id }) => id === 'pylontech');
if (rackDevice === undefined) throw new Error('no such device');
const rackReadings: Record<string, Values> = {
  ...readingsOf(packs),
  identity: { serial_number: 'K210519C06' },
};
const rack = stateOf(memberOf(rackDevice, 'rack'), rackReadings, 0);
const shunt = stateOf(memberOf(kg.device, 'shunt'), readingsOf(kg), 0);
const RACK = 'homeassistant/device/busbar_home/busbar_pylontech_k210519c06/config';
const SHUNT = 'homeassistant/device/busbar_home/busbar_home_shunt/config';
const GATEWAY = 'homeassistant/device/busbar_home/busbar_home_gateway/config';
const components = (payload: string | undefined): Record<string, Record<string, unknown>> =>
  (JSON.parse(payload ?? '{}') as { components?: Record<string, Record<string, unknown>> }).components ?? {};

/** A rack with so many of its packs. */
function rackWith(count: number, at: number) {
  const { packs: list, ...rest } = rackReadings.analog ?? {};
  const analog = { ...rest, packs: Array.isArray(list) ? list.slice(0, count) : [] };
  return stateOf(rack.member, { ...rackReadings, analog }, at);
}

function siteWith(...states: readonly Parameters<PlayedSite['put']>[0][]): PlayedSite {
  const site = playedSite();
  for (const state of states) site.put(state);
  return site;
}

describe('discovery on a broker', () => {
  it.each(['bundle', 'single'] as const)(
    'stands there in a form that Home Assistant takes: %s',
    async (mode) => {
      const broker = playedBroker();
      await announcer(siteWith(rack, shunt), broker, { options: { mode } });
      const check = mode === 'bundle' ? checkBundle : checkSingle;
      expect([...broker.retained].flatMap(([topic, payload]) => check(topic, payload))).toEqual([]);
      if (mode === 'bundle') expect(broker.topics()).toEqual([GATEWAY, SHUNT, RACK].sort());
      else expect(broker.topics().length).toBeGreaterThan(100);
    },
  );

  it('waits for the serial number that names a device, though not for ever', async () => {
    const broker = playedBroker();
    const early = stateOf(rack.member, readingsOf(packs), 0);
    const site = siteWith(early);
    const { clock } = await announcer(site, broker);
    expect(broker.topics()).toEqual([GATEWAY]);
    site.put(rack);
    await clock.advance(1_000);
    expect(broker.topics()).toContain(RACK);

    const silent = playedBroker();
    const never = siteWith(early);
    const other = await announcer(never, silent);
    await other.clock.advance(61_000);
    expect(silent.topics()).toContain('homeassistant/device/busbar_home/busbar_home_rack/config');
  });

  it('is said again when Home Assistant has started, states too, and only then', async () => {
    const broker = playedBroker();
    const { addOn, clock, again } = await announcer(siteWith(shunt), broker);
    broker.news();
    addOn.heard('homeassistant/status', 'offline', false);
    await clock.advance(10_000);
    expect(broker.news()).toEqual([]);
    addOn.heard('homeassistant/status', 'online', false);
    await clock.advance(900);
    expect(broker.news()).toEqual([]);
    await clock.advance(4_100);
    expect(broker.news().map(({ topic }) => topic)).toEqual([GATEWAY, SHUNT]);
    expect(again()).toBe(1);
  });

  it('goes when a member leaves, also while we were down', async () => {
    const broker = playedBroker();
    const site = siteWith(rack, shunt);
    const { addOn, clock, memory } = await announcer(site, broker);
    site.remove('shunt');
    await clock.advance(1_000);
    expect(broker.topics()).toEqual([GATEWAY, RACK].sort());
    addOn.close();
    // A device that has not answered yet has not left.
    const second = await announcer(playedSite('home', ['rack']), broker, { memory });
    await second.clock.advance(120_000);
    expect(broker.topics()).toEqual([GATEWAY, RACK].sort());
    second.addOn.close();
    const third = await announcer(siteWith(), broker, { memory });
    expect(broker.topics()).toEqual([GATEWAY, RACK].sort());
    await third.clock.advance(60_000);
    expect(broker.topics()).toEqual([GATEWAY]);
  });

  it('keeps the entities of a silent pack for a week, then removes them as Home Assistant wants it', async () => {
    const broker = playedBroker();
    const site = siteWith(rackWith(3, 0));
    const start = Date.parse('2026-11-21T12:00:00Z');
    const { addOn, clock, memory } = await announcer(site, broker, { clock: virtualClock({ date: start }) });
    const key = 'analog_packs_4_voltage';
    expect(components(broker.retained.get(RACK))[key]).toMatchObject({ platform: 'sensor' });
    site.put(rackWith(2, 1));
    await clock.advance(61_000);
    addOn.close();
    // Days go by, with restarts between.
    for (const days of [1, 6]) {
      const later = virtualClock({ date: start + days * 86_400_000 });
      const again = await announcer(siteWith(rackWith(2, 1)), broker, { memory, clock: later });
      again.addOn.close();
      expect(components(broker.retained.get(RACK))[key]).toMatchObject({ name: 'Pack 4 module voltage' });
    }
    broker.news();
    const week = virtualClock({ date: start + 7 * 86_400_000 + 120_000 });
    await announcer(siteWith(rackWith(2, 1)), broker, { memory, clock: week });
    const [farewell, last, ...more] = broker.news().filter(({ topic }) => topic === RACK);
    expect(components(farewell?.payload)[key]).toEqual({ platform: 'sensor' });
    expect(components(last?.payload)).not.toHaveProperty(key);
    expect(components(last?.payload)).toHaveProperty('analog_packs_3_voltage');
    expect(more).toEqual([]);
  });

  it('passes from single messages to a bundle and back without losing an entity', async () => {
    const broker = playedBroker();
    const memory = playedMemory();
    const first = await announcer(siteWith(shunt), broker, { memory, options: { mode: 'single' } });
    first.addOn.close();
    const singles = broker.topics();
    broker.news();
    const second = await announcer(siteWith(shunt), broker, { memory });
    second.addOn.close();
    const posts = broker.news().filter(({ topic }) => !topic.includes('gateway'));
    const ours = singles.filter((topic) => !topic.includes('gateway'));
    const asked = posts.slice(0, ours.length);
    expect(asked.map(({ topic }) => topic).sort()).toEqual(ours);
    expect(new Set(asked.map(({ payload }) => payload))).toEqual(new Set(['{"migrate_discovery":true}']));
    expect(posts[ours.length]?.topic).toBe(SHUNT);
    expect(
      posts
        .slice(ours.length + 1)
        .map(({ topic, payload }) => [topic, payload])
        .sort(),
    ).toEqual(ours.map((topic) => [topic, '']));
    expect(broker.topics()).toEqual([GATEWAY, SHUNT].sort());

    const third = await announcer(siteWith(shunt), broker, { memory, options: { mode: 'single' } });
    third.addOn.close();
    const back = broker.news().filter(({ topic }) => !topic.includes('gateway'));
    expect([back[0]?.topic, back[0]?.payload]).toEqual([SHUNT, '{"migrate_discovery":true}']);
    expect([back.at(-1)?.topic, back.at(-1)?.payload]).toEqual([SHUNT, '']);
    expect(broker.topics()).toEqual(singles);
  });

  it('clears what we said in a forgotten life, and nothing of others', async () => {
    const broker = playedBroker();
    const { addOn, clock } = await announcer(siteWith(shunt), broker);
    const mine = 'homeassistant/device/busbar_home/busbar_home_old/config';
    const theirs = 'homeassistant/device/busbar_home/by_hand/config';
    const standing: readonly (readonly [string, string])[] = [
      [mine, '{"origin":{"name":"busbar"}}'],
      [theirs, '{"origin":{"name":"zigbee2mqtt"}}'],
      ['homeassistant/sensor/other/x/config', '{"origin":{"name":"busbar"}}'],
      [SHUNT, '{"origin":{"name":"busbar"}}'],
    ];
    for (const [topic, payload] of standing) addOn.heard(topic, payload, true);
    broker.news();
    await clock.advance(120_000);
    expect(broker.news().filter(({ payload }) => payload === '')).toEqual([
      { topic: mine, payload: '', retain: true },
    ]);
  });

  it('says everything again to a broker that comes back, which may have forgotten', async () => {
    const broker = playedBroker();
    const { addOn, clock } = await announcer(siteWith(shunt), broker);
    broker.retained.clear();
    addOn.opened();
    await clock.advance(0);
    expect(broker.topics()).toEqual([GATEWAY, SHUNT].sort());
  });
});

describe('the entities of a device', () => {
  const entitiesOf = async (state: typeof rack, options: Partial<HomeAssistantOptions> = {}) => {
    const broker = playedBroker();
    await announcer(siteWith(state), broker, { options });
    return components([...broker.retained].find(([topic]) => !topic.includes('gateway'))?.[1]);
  };

  it('are ready for the energy dashboard: energy, and power that is positive while the battery gives', async () => {
    const entities = await entitiesOf(shunt);
    expect(entities.measured_charged_energy).toMatchObject({
      device_class: 'energy',
      state_class: 'total_increasing',
      unit_of_measurement: 'Wh',
    });
    expect(entities.discharge_power).toMatchObject({
      device_class: 'power',
      state_class: 'measurement',
      unit_of_measurement: 'W',
    });
    expect(entities.measured_soc).toMatchObject({
      device_class: 'battery',
      unit_of_measurement: '%',
      state_class: 'measurement',
    });
    expect(entities.measured_remaining_capacity).not.toHaveProperty('device_class');
  });

  it('are number, switch, select and button where something may be written; nothing is guessed', async () => {
    const entities = await entitiesOf(shunt);
    expect(entities.set_over_voltage_protection).toMatchObject({
      platform: 'number',
      min: 0.01,
      max: 120,
      step: 0.01,
      command_topic: 'busbar/home/shunt/set/over_voltage_protection',
      enabled_by_default: false,
      message_expiry_interval: 30,
    });
    expect(entities.set_over_voltage_protection_off).toMatchObject({
      platform: 'button',
      payload_press: 'off',
    });
    expect(entities.set_output).toMatchObject({ platform: 'switch', payload_on: 'on', state_off: 'off' });
    expect(entities.set_relay_type).toMatchObject({
      platform: 'select',
      options: ['normally_open', 'normally_closed'],
    });
    expect(entities.set_clear_counters).toMatchObject({ platform: 'button', payload_press: 'now' });
    // The bus address cannot be read back.
    expect(entities).not.toHaveProperty('set_address');
    // What is set is not shown a second time.
    expect(entities).not.toHaveProperty('configured_over_voltage_protection');
  });

  it('take over the unique ids of another program', async () => {
    const entities = await entitiesOf(shunt, {
      aliases: { 'shunt.measured.voltage': 'junctek_voltage', 'shunt.discharge_power': 'old_power' },
    });
    expect(entities.measured_voltage?.unique_id).toBe('junctek_voltage');
    expect(entities.discharge_power?.unique_id).toBe('old_power');
    expect(entities.measured_current?.unique_id).toBe('busbar_home_shunt_measured_current');
  });

  it('name packs and cells', async () => {
    const entities = await entitiesOf(rack);
    expect(entities.analog_packs_3_cell_voltages_15).toMatchObject({
      name: 'Pack 3 cell voltage 15',
      enabled_by_default: false,
      suggested_display_precision: 3,
      default_entity_id: 'sensor.rack_packs_3_cell_voltages_15',
    });
    expect(entities.analog_cell_voltage_spread).not.toHaveProperty('enabled_by_default');
  });
});
