import { afterEach, expect, it } from 'vitest';
import type { Entry, Output } from '../../src/core/site/index.ts';
import { catalog } from '../../src/devices/index.ts';
import { domoticzSchema } from '../../src/config/outputs/domoticz.ts';
import { domoticzOutput } from '../../src/outputs/domoticz.ts';
import { has, never, scratch, until } from '../links/harness.ts';
import { domoticzStandIn, type DomoticzStandIn } from './domoticz-stand-in.ts';
import { bystander, mosquitto } from './mosquitto.ts';
import { hastyClock } from './mqtt-rig.ts';
import { memberOf, type PlayedSite, playedMemory, playedSite, stateOf } from './site.ts';

/** Against a strict stand-in for Domoticz. */
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function fake(authorization?: string): Promise<DomoticzStandIn> {
  const made = await domoticzStandIn(authorization);
  cleanup.push(made.kill);
  return made;
}

async function opened(
  site: PlayedSite,
  typed: object,
  memory = playedMemory(),
): Promise<{ output: Output; logged: string[] }> {
  const logged: string[] = [];
  const log = (text: string): void => void logged.push(text);
  const context = {
    name: 'domoticz',
    view: site,
    clock: hastyClock(20),
    random: Math.random,
    log: { debug: log, info: log, warn: log, error: log },
    trouble: () => undefined,
    write: () => Promise.reject(new Error('nobody writes here')),
    memory,
  };
  const output = await domoticzOutput(domoticzSchema.parse({ type: 'domoticz', ...typed }), context, '1.0.0');
  cleanup.push(() => output.close());
  return { output, logged };
}

function shunt(): PlayedSite {
  const device = catalog.devices.find(({ id }) => id === 'juntek-kl');
  if (device === undefined) throw new Error('no device');
  const site = playedSite();
  const measured = {
    voltage: 53.66,
    current: -2.5,
    power: -134.15,
    soc: 79.1,
    temperature: 30,
    remaining_capacity: 27.728,
    charged_energy: 4192.34,
    output: 'on',
  };
  site.put(stateOf(memberOf(device, 'shunt', { title: 'Shunt' }), { measured }, 0));
  return site;
}

it('creates sensors with the right types and labels, once, and fills them', async () => {
  const domoticz = await fake('Bearer secret');
  const memory = playedMemory();
  const { output } = await opened(shunt(), { url: domoticz.url, token: 'secret', create: true }, memory);
  expect(await output.test(never)).toBe(`${domoticz.url} took 9 values`);
  const shown = [...domoticz.sensors.values()].map(({ name, subtype, options, values }) => [
    name,
    subtype,
    options,
    values[0],
  ]);
  expect(shown).toEqual(
    [
      ['Shunt Alarm', 'Alert', undefined, '1 No alarm'],
      ['Shunt Voltage', 'Voltage', undefined, '0 53.66'],
      ['Shunt Remaining capacity', 'Custom Sensor', '1;Ah', '0 27.728'],
      // It discharges, so nothing is charged now; 4192.34 Wh whatever Domoticz calls it.
      ['Shunt Charged energy', 'kWh', undefined, '0 0.0;4192.3'],
      ['Shunt Current', 'Current', undefined, '0 -2.50'],
      ['Shunt Power', 'Electric', undefined, '0 -134.2'],
      ['Shunt Temperature', 'LaCrosse TX3', undefined, '0 30.0'],
      ['Shunt Output', 'Text', undefined, '0 on'],
      ['Shunt State of charge', 'Percentage', undefined, '0 79.1'],
    ].sort((one, other) => order(shown, one) - order(shown, other)),
  );
  const again = await opened(shunt(), { url: domoticz.url, token: 'secret', create: true }, memory);
  await again.output.test(never);
  expect(domoticz.sensors.size).toBe(9);
});

const order = (shown: readonly (readonly unknown[])[], [name]: readonly unknown[]): number =>
  shown.findIndex((one) => one[0] === name);

it('says when nothing fits: an unknown idx, a sensor of another type, a wrong password', async () => {
  const domoticz = await fake();
  domoticz.sensors.set(7, { name: 'old', type: 'Light/Switch', subtype: 'Switch', values: [] });
  const sensors = { 'shunt.measured.voltage': 7, 'shunt.measured.soc': 8 };
  const { output, logged } = await opened(shunt(), { url: domoticz.url, sensors });
  await expect(output.test(never)).rejects.toThrow(/no sensor fits/);
  expect(logged.join('\n')).toMatch(
    /voltage: idx 7 is a sensor of type Light\/Switch, Switch.*\n.*soc: idx 8 does not exist/,
  );
  const locked = await fake('Bearer right');
  const wrong = await opened(shunt(), { url: locked.url, token: 'wrong', create: true });
  await expect(wrong.output.test(never)).rejects.toThrow(/answered 401: user, password or token is wrong/);
});

it('sends changes, resends what did not change, and creates anew what was deleted', async () => {
  const domoticz = await fake();
  const site = shunt();
  const { output } = await opened(site, { url: domoticz.url, create: true, every: '1s', resend: '10s' });
  await output.test(never);
  const voltage = (): readonly string[] => domoticz.named('Shunt Voltage')?.values ?? [];
  const [alarm] = domoticz.sensors.keys();
  site.measured({ device: 'shunt', group: 'measured', at: 1, values: { voltage: 53.7 }, kind: 'live' });
  await until(() => voltage().includes('0 53.70'), 'the change');
  await until(() => voltage().filter((one) => one === '0 53.70').length > 1, 'the same again');
  site.alarm({
    at: 1,
    kind: 'alarm_raised',
    severity: 'critical',
    member: 'shunt',
    subject: 'low',
    text: 'It is low',
  });
  await until(() => domoticz.named('Shunt Alarm')?.values.includes('4 It is low') === true, 'the alarm');
  domoticz.sensors.delete(alarm ?? 0);
  await until(() => domoticz.named('Shunt Alarm') !== undefined, 'a new one');
});

it('fills a managed counter with load profiles, slots and days', async () => {
  const domoticz = await fake();
  const { output } = await opened(shunt(), { url: domoticz.url, create: true });
  // Half hours of 0.25, 0.5 and 0.125 kWh around a midnight.
  const slots = [
    ['2026-11-20T23:30:00', 0.25],
    ['2026-11-21T00:00:00', 0.5],
    ['2026-11-21T00:30:00', 0.125],
  ] as const;
  const entries = slots.map(([local, energy], index): Entry => ({
    sequence: index + 1,
    what: 'snapshot',
    snapshot: {
      device: 'shunt',
      group: 'profile',
      at: Date.parse(`${local}Z`),
      values: { energy, local },
      kind: 'archive',
    },
  }));
  await output.deliver?.(entries, never);
  const wanted = [
    '0 250;250;2026-11-20 23:30:00',
    '0 750;500;2026-11-21 00:00:00',
    '0 750;750;2026-11-20',
    '0 875;125;2026-11-21 00:30:00',
  ];
  expect(domoticz.named('Shunt Load profile')?.values).toEqual(wanted);
  // The same once more counts nothing twice.
  await output.deliver?.(entries.slice(2), never);
  expect(domoticz.named('Shunt Load profile')?.values.at(-1)).toBe('0 875;125;2026-11-21 00:30:00');
});

it.runIf(has('mosquitto', ['-h'], 'Domoticz by MQTT'))(
  'speaks domoticz/in, and asks what an idx is before',
  async () => {
    const folder = await scratch();
    cleanup.push(() => folder.remove());
    const broker = await mosquitto(folder.path);
    cleanup.push(() => broker.kill());
    const domoticz = await bystander(broker.url);
    cleanup.push(() => domoticz.close());
    domoticz.client.on('message', (topic, payload) => {
      const { command, idx } = JSON.parse(payload.toString()) as { command?: string; idx?: number }; // ours
      if (topic === 'domoticz/in' && command === 'getdeviceinfo' && idx === 12)
        domoticz.client.publish('domoticz/out', JSON.stringify({ idx, dtype: 'General', stype: 'Voltage' }));
    });
    const sensors = { 'shunt.measured.voltage': 12, 'shunt.measured.soc': 13 };
    const { output, logged } = await opened(shunt(), { url: broker.url, sensors });
    expect(await output.test(never)).toMatch(/took 1 value$/);
    const updates = (): string[] =>
      domoticz.heard.map(({ text }) => text).filter((text) => text.includes('udevice'));
    await until(() => updates().length > 0, 'the update');
    expect(JSON.parse(updates()[0] ?? '')).toEqual({
      command: 'udevice',
      idx: 12,
      nvalue: 0,
      svalue: '53.66',
    });
    expect(logged.join()).toMatch(/soc: idx 13 does not exist/);
  },
);
