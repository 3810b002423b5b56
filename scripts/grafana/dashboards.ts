/* eslint-disable @typescript-eslint/no-deprecated -- the newer form of dashboards is read by Grafana 12 and later only, this one by all */
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { made, type Name, toDevice, toSite } from './frame.ts';
import type { Panel } from './panel.ts';
import * as panels from './panels.ts';
import { health } from './prometheus.ts';
import {
  ALIVE,
  BATTERIES,
  BATTERY,
  eachQuantity,
  form,
  heading,
  inPack,
  isCalendar,
  isEnergy,
  isFast,
  isKind,
  isSpread,
  isWhole,
  METER,
  METERS,
  withRole,
} from './selection.ts';
import type { Shown } from './shown.ts';
import type { Source } from './source.ts';
import * as timelines from './timelines.ts';

/** Dashboards by name. */
export function dashboards(source: Source): Readonly<Record<Name, dashboard.Dashboard>> {
  return { site: site(source), battery: battery(source), meter: meter(source), fleet: fleet(source) };
}

function site(source: Source): dashboard.Dashboard {
  const both = [...BATTERY, ...METER.filter((one) => !BATTERY.some(({ metric }) => metric === one.metric))];
  const today = withRole(both, 'charge_energy_today', 'discharge_energy_today', 'consumption_today');
  return made(source, 'site', 'A site at a glance.', ALIVE, [
    [
      'Now',
      [
        panels.bars('State of charge', source, withRole(BATTERY, 'state_of_charge')),
        panels.figures('Power', source, withRole(both, 'battery_power', 'imported_power')),
        panels.figures('Energy today', source, today),
        panels.figures('Cost today', source, withRole(METER, 'cost_today')),
      ],
    ],
    [
      'Over time',
      [
        panels.trend('Power', source, withRole(both, 'battery_power', 'imported_power')),
        panels.trend('State of charge', source, withRole(BATTERY, 'state_of_charge')),
        panels.trend('Voltage of batteries', source, withRole(BATTERY, 'battery_voltage')),
        panels.trend('Temperature', source, withRole(BATTERY, 'battery_temperature')),
      ],
    ],
    [
      'Devices and alarms',
      [
        panels.rows('Devices', source, source.deviceTable(ALIVE), toDevice(source)),
        panels.rows(source.alarms.title, source, source.alarms),
      ],
    ],
    ...(source.id === 'prometheus' ? [['Lines and outputs', healthPanels(source)] as const] : []),
  ]);
}

function healthPanels(source: Source): Panel[] {
  return Object.entries(health).map(([title, of]) => panels.plain(title, source, of.targets, of.unit));
}

function battery(source: Source): dashboard.Dashboard {
  const measured = BATTERY.filter(
    (one) => form(one) === 'number' && isKind('measurement')(one) && isFast(one),
  );
  const whole = measured.filter((one) => isWhole(one) && one.field.quantity !== 'count' && !isSpread(one));
  const states = BATTERY.filter((one) => isKind('state')(one) && isFast(one));
  const places = measured.filter(({ places: are }) => are);
  const cell = places.filter(({ field }) => field.quantity === 'cell_voltage');
  const extremes = measured.filter(
    ({ field, ...one }) =>
      isWhole({ field, ...one }) && field.quantity === 'count' && field.name.startsWith('cell_voltage_'),
  );
  const heat = (): Panel[] =>
    eachQuantity(places, (name, of) => panels.cells(`${heading(name)}, pack $pack`, source, of));
  return made(source, 'battery', 'Batteries, their packs and cells.', BATTERIES, [
    [
      'Now',
      [
        panels.bars('State of charge', source, withRole(BATTERY, 'state_of_charge')),
        panels.figures('Power', source, withRole(BATTERY, 'battery_power')),
        panels.figures('Voltage', source, withRole(BATTERY, 'battery_voltage')),
        panels.figures('Time left', source, withRole(BATTERY, 'time_to_empty', 'time_to_full')),
        panels.figures(
          'Charged and discharged today and this month',
          source,
          BATTERY.filter((one) => isWhole(one) && isEnergy(one) && isCalendar(one)),
        ),
        panels.figures(
          'Cycles of packs',
          source,
          BATTERY.filter(
            (one) => inPack(one) && isKind('counter')(one) && one.field.quantity === 'count' && isFast(one),
          ),
        ),
      ],
    ],
    ['Over time', eachQuantity(whole, (name, of) => panels.trend(heading(name), source, of))],
    [
      'Cells',
      [
        panels.spread(
          'Highest less lowest cell',
          source,
          source.trend(measured.filter(isSpread), milli(source)),
          measured.filter(isSpread),
        ),
        panels.spread('Highest less lowest cell of each pack', source, source.spread(cell, 1000), cell),
        panels.figures(
          'Lowest and highest cell',
          source,
          whole.filter(({ field }) => field.quantity === 'cell_voltage'),
        ),
        panels.figures('Where they are', source, extremes),
        ...heat(),
      ],
    ],
    [
      'Packs',
      eachQuantity(
        measured.filter((one) => inPack(one) && one.field.quantity !== 'count'),
        (name, of) => panels.trend(`${heading(name)} of packs`, source, of),
      ),
    ],
    ['States', statePanels(source, states)],
    [
      'Energy',
      eachQuantity(
        BATTERY.filter((one) => isWhole(one) && isKind('counter')(one) && isEnergy(one) && !isCalendar(one)),
        (name, of) => panels.growth(`${heading(name)} in each hour`, source, of),
      ),
    ],
    [
      'What is set',
      eachQuantity(
        BATTERY.filter(
          (one) =>
            isWhole(one) &&
            isKind('setting')(one) &&
            form(one) === 'number' &&
            one.field.quantity !== 'count',
        ),
        (name, of) => panels.figures(`Set: ${heading(name).toLowerCase()}`, source, of),
      ),
    ],
  ]);
}

function statePanels(source: Source, states: readonly Shown[]): Panel[] {
  const word = states.filter((one) => form(one) === 'word' && one.field.words !== undefined);
  const list = states.filter((one) => form(one) === 'word' && one.field.words === undefined);
  const flag = states.filter((one) => form(one) === 'flag');
  return [
    ...(word.length > 0 ? [timelines.words('States', source, word)] : []),
    ...(list.length > 0
      ? [timelines.conditions('Warnings, protections, faults and conditions', source, list)]
      : []),
    ...(flag.length > 0 ? [timelines.flags('Yes and no', source, flag)] : []),
  ];
}

function meter(source: Source): dashboard.Dashboard {
  const whole = METER.filter(isWhole);
  const measured = whole.filter((one) => form(one) === 'number' && isKind('measurement')(one));
  const counters = whole.filter((one) => isKind('counter')(one) && isEnergy(one));
  return made(source, 'meter', 'Electricity meters.', METERS, [
    [
      'Now',
      [
        panels.figures('Power', source, withRole(METER, 'imported_power')),
        panels.figures('Meter reading', source, withRole(METER, 'imported_energy')),
        panels.figures('Consumption', source, withRole(METER, 'consumption_today', 'consumption_month')),
        panels.figures('Cost', source, withRole(METER, 'cost_today', 'cost_month', 'cost_total')),
      ],
    ],
    [
      'Over time',
      eachQuantity(measured.filter(isFast), (name, of) => panels.trend(heading(name), source, of)),
    ],
    [
      'Energy',
      eachQuantity(
        counters.filter((one) => !isCalendar(one)),
        (name, of) => panels.growth(`${heading(name)} in each hour`, source, of),
      ),
    ],
    [
      'Registers and peaks',
      [
        panels.figures('By tariff, today and this month', source, counters.filter(isCalendar)),
        ...eachQuantity(
          counters.filter((one) => !isCalendar(one)),
          (name, of) => panels.figures(`${heading(name)}: registers`, source, of),
        ),
        ...eachQuantity(
          measured.filter((one) => !isFast(one) && one.field.quantity !== 'count'),
          (name, of) => panels.figures(`Highest ${heading(name).toLowerCase()}`, source, of),
        ),
      ],
    ],
    [
      'States',
      statePanels(
        source,
        whole.filter((one) => isKind('state')(one) && isFast(one)),
      ),
    ],
  ]);
}

function fleet(source: Source): dashboard.Dashboard {
  return made(source, 'fleet', 'Many sites: who is silent, and since when.', undefined, [
    ['Gateways', [panels.rows('Gateways', source, source.fleetTable(ALIVE), toSite(source))]],
    ['Devices', [panels.rows('Devices', source, source.deviceTable(ALIVE), toDevice(source))]],
    ['What happens', [panels.rows(source.alarms.title, source, source.alarms)]],
  ]);
}

const milli = (source: Source): number => 1000 / source.unit('cell_voltage').scale;
