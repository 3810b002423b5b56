import type { ConfigInput } from '../../src/config/index.ts';
import type { SimulatedDevice } from '../../src/simulator/index.ts';
import type { Device } from '../../src/core/device.ts';
import { isFamily } from '../../src/core/catalog.ts';
import { catalog } from '../../src/devices/index.ts';

/** A line of the site that tests and pictures show. */
export interface PlayedLine {
  readonly name: string;
  readonly title: string;
  readonly id: string;
  readonly more?: Omit<SimulatedDevice, 'device'>;
  /** Time between two readings by group. */
  readonly poll?: Readonly<Record<string, string>>;
  /** Bits a second on the simulated line; left out: those of the device. */
  readonly baud?: number;
  /** Packs with addresses of their own, from the usual one on; left out: one device. */
  readonly count?: number;
}

/** One of each family, as `busbar demo` has them. */
export const SITE: readonly PlayedLine[] = [
  {
    name: 'shunt',
    title: 'Shunt',
    id: 'juntek-kg',
    more: {
      set: [
        ['full_capacity', 280],
        ['soc', 62],
      ],
    },
  },
  { name: 'rack', title: 'Battery rack', id: 'pylontech', more: { options: { packs: '4' } } },
  { name: 'house', title: 'House battery', id: 'topbms', count: 2 },
  { name: 'meter', title: 'Meter', id: 'neva-mt3xx' },
];

/** Sixteen packs of sixteen cells, read once a second: the most that a screen has to keep up with. */
export const BIG: readonly PlayedLine[] = [
  {
    name: 'big',
    title: 'Big rack',
    id: 'topbms',
    count: 16,
    // At its own 9600 baud a round of sixteen packs takes five seconds.
    baud: 1_000_000,
    more: { options: { latency: '5' } },
    poll: { telemetry: '1s' },
  },
];

/** What is played on a line. */
export function playersOf({ id, more, baud, count = 1 }: PlayedLine): readonly SimulatedDevice[] {
  const known = deviceOf(id);
  const device = baud === undefined ? known : { ...known, line: { ...known.line, baud } };
  const first = device.addresses.usual;
  return Array.from({ length: count }, (_, place) => ({
    device,
    address: first + place,
    cells: 16,
    ...more,
  }));
}

/** The definition of a device on the site. */
export function deviceOf(id: string): Device {
  const device = catalog.find(id);
  if (isFamily(device)) throw new Error(`${id} is a family`);
  return device;
}

/** A configuration for these lines: rules, prices, and whatever a test adds. */
export function configFor(
  lines: readonly PlayedLine[],
  linkOf: (name: string) => string,
  more: Partial<ConfigInput>,
): ConfigInput {
  const names = lines.map(({ name }) => name);
  const both = names.includes('rack') && names.includes('house');
  return {
    site: 'demo',
    title: 'Demonstration',
    timezone: 'Europe/Berlin',
    buses: lines.map((line) => {
      const { name, title } = line;
      const device = deviceOf(line.id);
      return {
        name,
        link: linkOf(name),
        devices: [
          {
            name,
            title,
            device: device.id,
            simulated: true,
            ...(line.poll === undefined ? {} : { poll: line.poll }),
            ...(device.profile === undefined ? {} : { profile: { days: 7 } }),
            allow: device.writables.filter(({ risk }) => risk !== 'high').map((one) => one.name),
          },
        ],
      };
    }),
    ...(both ? { batteries: { batteries: { title: 'Both batteries', members: ['rack', 'house'] } } } : {}),
    tariffs: { currency: 'EUR', t1: 0.24, t2: 0.16, t3: 0.2, t4: 0.12 },
    ...(names.includes('shunt')
      ? {
          alarms: [
            {
              name: 'high',
              when: 'shunt.voltage > 60 V clear after 1s',
              say: 'the battery is at more than 60 V',
              severity: 'critical' as const,
            },
            { name: 'silent', when: 'shunt is stale clear after 1s', say: 'the shunt is silent' },
            {
              name: 'drift',
              when: 'rack.cell_voltage_spread > 0.1 for 5m',
              say: 'cells of the rack drift apart',
            },
          ],
        }
      : {}),
    ...more,
  };
}
