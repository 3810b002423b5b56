/* eslint-disable @typescript-eslint/no-deprecated -- the newer form of dashboards is read by Grafana 12 and later only, this one by all */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Panel } from './panel.ts';
import type { Links } from './panels.ts';
import { ALIVE, PACKS } from './selection.ts';
import type { Shown } from './shown.ts';
import type { Source } from './source.ts';

/** The same for ever: links and bookmarks hold it. */
const uidOf = (source: Source, name: string): string => `busbar-${source.id}-${name}`;
const TITLES = { site: 'Site', battery: 'Batteries', meter: 'Meters', fleet: 'Fleet' } as const;
/** Name of a dashboard. */
export type Name = keyof typeof TITLES;

type Rows = readonly (readonly [title: string, of: readonly Panel[]])[];

/**
 * A dashboard of rows of panels.
 * @param having what its devices have; undefined: it is not about devices
 */
export function made(
  source: Source,
  name: Name,
  about: string,
  having: readonly Shown[] | undefined,
  rows: Rows,
) {
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
export const toDevice = (source: Source): Links => ({
  device: (['battery', 'meter'] as const).map((name) => ({
    title: TITLES[name],
    url: `/d/${uidOf(source, name)}?var-device=\${__value.raw}&\${site:queryparam}&\${datasource:queryparam}&\${__url_time_range}`,
  })),
});

/** A link to the dashboard of the site of the row. */
export const toSite = (source: Source): Links => ({
  site: [
    {
      title: TITLES.site,
      url: `/d/${uidOf(source, 'site')}?var-site=\${__value.raw}&\${datasource:queryparam}&\${__url_time_range}`,
    },
  ],
});
