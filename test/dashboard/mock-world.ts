import { isFamily } from '../../src/core/catalog.ts';
import type { Device } from '../../src/core/device.ts';
import { dissect } from '../../src/core/dissect.ts';
import { frameDocument, frameParts } from '../../src/core/frame-document.ts';
import { hex } from '../../src/core/bytetext.ts';
import type { ApiFrame, ApiMember, ApiUtterance } from '../../src/core/site/api.ts';
import { memberDocument } from '../../src/core/site/documents.ts';
import type { GroupState, Member, SiteGroup } from '../../src/core/site/index.ts';
import type { Values } from '../../src/core/snapshot.ts';
import type { Station } from '../../src/core/station.ts';
import { catalog } from '../../src/devices/index.ts';
import type { ApiSimulated, Pin } from '../../src/dashboard/api/simulator.ts';
import { battery, type Battery } from '../../src/simulator/battery.ts';
import { seeded } from '../../src/simulator/random.ts';

/** A device of the played site. */
export interface Player {
  readonly member: Member;
  readonly document: ApiMember;
  readonly device: Device;
  readonly station: Station;
  readonly tick: (seconds: number) => void;
  readonly states: (at: number) => Record<string, GroupState>;
  readonly pin: (name: Pin, value: number | undefined) => void;
  readonly pinned: ReadonlyMap<Pin, number>;
  readonly fault: (kind: string, rate: number) => void;
  readonly rates: ReadonlyMap<string, number>;
}

/** Seconds that pass at once: as many as stations allow. */
const STEP = 5;

interface Cast {
  readonly name: string;
  readonly title: string;
  readonly bus: string;
  readonly id: string;
  readonly cells?: number;
  readonly capacity?: number;
  readonly options?: Readonly<Record<string, string>>;
  readonly charge?: number;
}

const CAST: readonly Cast[] = [
  {
    name: 'shunt',
    title: 'Shunt in the shed',
    bus: 'shed',
    id: 'juntek-kg',
    cells: 16,
    capacity: 280,
    charge: 0.55,
  },
  {
    name: 'rack',
    title: 'Rack',
    bus: 'rack',
    id: 'pylontech',
    cells: 15,
    options: { packs: '4' },
    charge: 0.71,
  },
  {
    name: 'garage',
    title: 'Garage battery',
    bus: 'garage',
    id: 'topbms',
    cells: 16,
    options: { packs: '2' },
  },
  { name: 'house', title: 'House meter', bus: 'meters', id: 'neva-mt3xx' },
];

const day = { kind: 'counter', quantity: 'energy', source: 'counted by the gateway' } as const;

/** What a gateway counts itself, as far as screens ask for it by role. */
function countedGroup(device: Device): SiteGroup | undefined {
  const has = (role: string): boolean =>
    device.groups.some(({ fields }) => fields.some((field) => field.role === role));
  if (has('battery_current')) {
    return {
      name: 'energy',
      title: 'Energy',
      period: 10,
      fields: [
        { name: 'charge_energy_today', title: 'Energy charged today', role: 'charge_energy_today', ...day },
        {
          name: 'discharge_energy_today',
          title: 'Energy discharged today',
          role: 'discharge_energy_today',
          ...day,
        },
        {
          name: 'time_to_empty',
          title: 'Time to empty',
          role: 'time_to_empty',
          quantity: 'minutes',
          kind: 'measurement',
          source: '',
        },
        {
          name: 'time_to_full',
          title: 'Time to full',
          role: 'time_to_full',
          quantity: 'minutes',
          kind: 'measurement',
          source: '',
        },
      ],
    };
  }
  if (!has('imported_energy')) return undefined;
  const money = { quantity: 'money', currency: 'EUR', kind: 'measurement', source: '' } as const;
  return {
    name: 'consumption',
    title: 'Consumption and cost',
    period: 60,
    fields: [
      { name: 'consumption_today', title: 'Consumption today', role: 'consumption_today', ...day },
      { name: 'consumption_month', title: 'Consumption this month', role: 'consumption_month', ...day },
      { name: 'cost_today', title: 'Cost today', role: 'cost_today', ...money },
      { name: 'cost_month', title: 'Cost this month', role: 'cost_month', ...money },
    ],
  };
}

/** Values of what a gateway counts: round numbers that a test can recognise. */
const COUNTED: Readonly<Record<string, Values>> = {
  energy: { charge_energy_today: 3.25, discharge_energy_today: 2.125, time_to_empty: 250, time_to_full: 95 },
  consumption: { consumption_today: 7.5, consumption_month: 182.25, cost_today: 1.68, cost_month: 40.5 },
};

/** Sets the site up; `date` is where its time begins. */
export function players(date: number): Player[] {
  return CAST.map((cast, index) => play(cast, date, seeded(index + 3)));
}

function play(cast: Cast, date: number, random: () => number): Player {
  const device = catalog.find(cast.id);
  if (isFamily(device)) throw new Error(`${cast.id} is a family`);
  const address = device.addresses.usual;
  const { options } = cast;
  const station = device.station({ address, random, ...(options === undefined ? {} : { options }) });
  if (cast.id === 'juntek-kg') {
    station.set('full_capacity', 280);
    station.set('soc', 62);
  }
  const world: Battery = battery({
    load: (cast.capacity ?? 100) * 0.035,
    date,
    random,
    ...(cast.cells === undefined ? {} : { cells: cast.cells }),
    ...(cast.capacity === undefined ? {} : { capacity: cast.capacity }),
    ...(cast.charge === undefined ? {} : { charge: cast.charge }),
  });
  const counted = countedGroup(device);
  const member: Member = {
    name: cast.name,
    title: cast.title,
    make: device,
    bus: cast.bus,
    address,
    groups: [...device.groups, ...(counted === undefined ? [] : [counted])],
    writables: device.writables.slice(0, 8),
    simulated: true,
  };
  const pinned = new Map<Pin, number>();
  const rates = new Map<string, number>();
  return {
    member,
    pinned,
    rates,
    pin: (name, value) => {
      world.pin(name, value);
      if (value === undefined) pinned.delete(name);
      else pinned.set(name, value);
    },
    fault: (kind, rate) => {
      station.fault(kind, rate);
      rates.set(kind, rate);
    },
    document: memberDocument(member, device.profile !== undefined),
    device,
    station,
    tick: (seconds) => {
      for (let left = seconds; left > 0; left -= STEP) {
        const step = Math.min(left, STEP);
        world.tick(step);
        station.tick(step, world.world());
      }
    },
    states: (at) => {
      const own = station.readings();
      const all = counted === undefined ? own : { ...own, [counted.name]: COUNTED[counted.name] ?? {} };
      return Object.fromEntries(
        Object.entries(all).map(([name, values]) => [name, { at, values, freshness: 'fresh' as const }]),
      );
    },
  };
}

/** How a simulated device stands. */
export function simulatedOf({ member, pinned, rates, station }: Player): ApiSimulated {
  const pin = (name: Pin): number | null => pinned.get(name) ?? null;
  return {
    member: member.name,
    pins: { voltage: pin('voltage'), current: pin('current'), temperature: pin('temperature') },
    faults: Object.entries(station.faults).map(([name, title]) => ({
      name,
      title,
      rate: rates.get(name) ?? 0,
    })),
  };
}

/** A piece of a byte stream as the API shows it. */
export function explain(devices: readonly Device[], bytes: Uint8Array): ApiFrame[] {
  return dissect(devices, bytes).map((piece) => ({
    ...frameDocument(piece, devices),
    bytes: hex(piece.bytes),
    parts: frameParts(piece),
  }));
}

/** A question to a device and its answer, as they go over its line. */
export function dialogue(
  { device, station }: Player,
  round: number,
  from: number,
  at: number,
): ApiUtterance[] {
  const group = device.groups[round % device.groups.length];
  const step = group?.read(station.address).next();
  if (step?.done !== false || (step.value.do !== 'ask' && step.value.do !== 'say')) return [];
  const { bytes } = step.value;
  const question: ApiUtterance = {
    number: from,
    at,
    direction: '>',
    pause: 900,
    bytes: hex(bytes),
    frames: explain([device], bytes),
  };
  const answers = station.hear(bytes).map((answer, place) => ({
    number: from + 1 + place,
    at: at + 20,
    direction: '<' as const,
    pause: answer.after,
    bytes: hex(answer.bytes),
    frames: explain([device], answer.bytes),
  }));
  return [question, ...answers];
}
