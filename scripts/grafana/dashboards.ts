/* eslint-disable @typescript-eslint/no-deprecated -- the newer form of dashboards is read by Grafana 12 and later only, this one by all */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Role } from '../../src/core/field.ts';
import { quantities, quantity, type QuantityName } from '../../src/core/quantity.ts';
import * as panels from './panels.ts';
import { health } from './prometheus.ts';
import { type Shown, shownOf } from './shown.ts';
import type { Source } from './source.ts';

const BATTERY = shownOf(['state_of_charge', 'battery_power']);
const METER = shownOf(['imported_energy', 'imported_power']);

const isWhole = ({ list }: Shown): boolean => list === undefined;
const inPack = ({ list, places }: Shown): boolean => list !== undefined && !places;
const isFast = ({ period }: Shown): boolean => period <= SLOW;
const withRole = (shown: readonly Shown[], ...roles: readonly Role[]): readonly Shown[] =>
  shown.filter((one) => isWhole(one) && one.field.role !== undefined && roles.includes(one.field.role));

/** By what devices are known to be alive, to be batteries, to be meters, and to have packs. */
const ALIVE = [...withRole(BATTERY, 'battery_voltage'), ...withRole(METER, 'imported_energy')];
const BATTERIES = withRole(BATTERY, 'state_of_charge');
const METERS = withRole(METER, 'imported_energy');
const PACKS = BATTERY.filter(({ list, field }) => list !== undefined && field.role === 'state_of_charge');

/** Longest pause between two readings of something that is drawn: slower ones have figures. */
const SLOW = 60;
const isKind =
  (...kinds: readonly Shown['field']['kind'][]) =>
  ({ field }: Shown): boolean =>
    kinds.includes(field.kind);
const form = ({ field }: Shown): string => quantity(field.quantity).form;
const isSpread = ({ field }: Shown): boolean =>
  field.quantity === 'cell_voltage' && field.name.endsWith('_spread');

/** Quantities whose name is no title. */
const HEADINGS: Partial<Readonly<Record<QuantityName, string>>> = {
  minutes: 'Time left',
  percent: 'Shares',
  watt_hours: 'Energy by the device',
};
const heading = (name: QuantityName): string =>
  HEADINGS[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/** Something for each quantity that there is, in the order of their table. */
function eachQuantity(
  shown: readonly Shown[],
  make: (name: QuantityName, of: readonly Shown[]) => panels.Panel,
): panels.Panel[] {
  return (Object.keys(quantities) as QuantityName[]) // the table's own keys
    .map((name) => [name, shown.filter(({ field }) => field.quantity === name)] as const)
    .filter(([, of]) => of.length > 0)
    .map(([name, of]) => make(name, of));
}

const uidOf = (source: Source, name: string): string => `busbar-${source.id}-${name}`;
const TITLES = { site: 'Site', battery: 'Batteries', meter: 'Meters', fleet: 'Fleet' } as const;
/** Name of a dashboard. */
export type Name = keyof typeof TITLES;

/** Dashboards by name. */
export function dashboards(source: Source): Readonly<Record<Name, dashboard.Dashboard>> {
  return { site: site(source), battery: battery(source), meter: meter(source), fleet: fleet(source) };
}

type Rows = readonly (readonly [title: string, of: readonly panels.Panel[]])[];

function made(source: Source, name: Name, about: string, having: readonly Shown[] | undefined, rows: Rows) {
  const builder = new dashboard.DashboardBuilder(`busbar: ${TITLES[name]} (${source.title})`)
    .uid(uidOf(source, name))
    .description(`${about} Written by \`npm run generate\` of busbar: save changes under another name.`)
    .tags(['busbar', source.id])
    .timezone('browser')
    .time({ from: name === 'fleet' ? 'now-1h' : 'now-24h', to: 'now' })
    .refresh(name === 'fleet' ? '1m' : '30s')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(
      new dashboard.DashboardLinkBuilder('busbar')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(['busbar', source.id])
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(
      new dashboard.DatasourceVariableBuilder('datasource')
        .label('Source')
        .type(source.plugin)
        .current({ selected: true, text: `busbar ${source.title}`, value: `busbar-${source.id}` }),
    )
    .withVariable(choice(source, 'site', 'Site', source.sites(ALIVE)));
  if (name === 'fleet' && source.gateways !== undefined)
    builder.withVariable(choice(source, 'gateway', 'Gateway', source.gateways));
  if (having !== undefined) builder.withVariable(choice(source, 'device', 'Device', source.devices(having)));
  if (name === 'battery') builder.withVariable(choice(source, 'pack', 'Pack', source.packs(PACKS)));
  for (const [title, of] of rows) {
    builder.withRow(new dashboard.RowBuilder(title));
    for (const panel of of) builder.withPanel(panel);
  }
  const built = builder.build();
  // The SDK would have the links in a menu that only the latest Grafana has.
  for (const link of built.links ?? []) delete link.placement;
  for (const [place, panel] of (built.panels ?? []).entries()) panel.id = place + 1;
  return built;
}

function choice(
  source: Source,
  name: string,
  label: string,
  query: string,
): Builder<dashboard.VariableModel> {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource({ type: source.plugin, uid: '${datasource}' })
    .query(query)
    .definition(query)
    .refresh(dashboard.VariableRefresh.OnDashboardLoad)
    .sort(dashboard.VariableSort.NaturalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

/** A link to another dashboard with the device of the row. */
const toDevice = (source: Source): panels.Links => ({
  device: (['battery', 'meter'] as const).map((name) => ({
    title: TITLES[name],
    url: `/d/${uidOf(source, name)}?var-device=\${__value.raw}&\${site:queryparam}&\${datasource:queryparam}&\${__url_time_range}`,
  })),
});

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

function healthPanels(source: Source): panels.Panel[] {
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
  const heat = (): panels.Panel[] =>
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

const milli = (source: Source): number => 1000 / source.unit('cell_voltage').scale;
const isEnergy = ({ field }: Shown): boolean =>
  (['charge', 'watt_hours', 'energy', 'reactive_energy'] as readonly QuantityName[]).includes(field.quantity);
/** Begins again each day or month: its growth would be wrong then. */
const isCalendar = ({ field }: Shown): boolean => /_(today|month)(_|$)/.test(field.name);

function statePanels(source: Source, states: readonly Shown[]): panels.Panel[] {
  const word = states.filter((one) => form(one) === 'word' && one.field.words !== undefined);
  const list = states.filter((one) => form(one) === 'word' && one.field.words === undefined);
  const flag = states.filter((one) => form(one) === 'flag');
  return [
    ...(word.length > 0 ? [panels.words('States', source, word)] : []),
    ...(list.length > 0
      ? [panels.conditions('Warnings, protections, faults and conditions', source, list)]
      : []),
    ...(flag.length > 0 ? [panels.flags('Yes and no', source, flag)] : []),
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

const toSite = (source: Source): panels.Links => ({
  site: [
    {
      title: TITLES.site,
      url: `/d/${uidOf(source, 'site')}?var-site=\${__value.raw}&\${datasource:queryparam}&\${__url_time_range}`,
    },
  ],
});
