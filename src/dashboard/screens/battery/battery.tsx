import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiMember, ApiMemberState } from '../../../core/site/api.ts';
import { common } from '../../i18n/common-texts.ts';
import { powerText, UNKNOWN, valueText, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { type Cell, packsOf, spreadOf } from '../../model/battery.ts';
import { batteryGlance } from '../../model/flow.ts';
import { isBattery } from '../../model/kinds.ts';
import { newest } from '../../model/latest.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { Fact } from '../../ui/fact.tsx';
import { GroupTables } from '../../ui/group-table.tsx';
import { memberScreen } from '../../ui/member-screen.tsx';
import { PastChart } from '../../ui/past-chart.tsx';
import { pastTexts } from '../../ui/past-texts.ts';
import { texts } from './battery-texts.ts';
import { CellMap } from './cell-map.tsx';
import { PackDetails } from './pack-details.tsx';
import { Reports } from './reports.tsx';

/** Batteries with their cells. */
export default memberScreen('battery', isBattery, BatteryOf);

function BatteryOf({ member }: { readonly member: ApiMember }): JSX.Element {
  const state = store.state(member.name).value;
  const [chosen, setChosen] = useState<Cell & { readonly pack: number | undefined }>();
  const packs = packsOf(member, state);
  const spread = spreadOf(packs);
  const cellName = ({ number, pack }: { number: number; pack: number | undefined }): string =>
    pack === undefined ? t(texts.cell, { cell: number }) : t(texts.cell_of, { cell: number, pack });
  const trend = spreadSeries(member);
  return (
    <div class="stack">
      <Summary member={member} state={state} />
      <Reports packs={packs} />
      <section class="card">
        <header>
          <h2>{t(texts.cells)}</h2>
          {spread !== undefined && (
            <span class="quiet">{t(texts.from_mean, { mean: withUnit(spread.mean, 3, 'V') })}</span>
          )}
        </header>
        {spread === undefined ? (
          <p class="quiet">{t(texts.no_cells)}</p>
        ) : (
          <>
            <dl class="facts">
              <Fact title={t(texts.spread)}>{withUnit(spread.spread * 1000, 0, 'mV')}</Fact>
              <Fact title={`▼ ${t(texts.lowest)}`}>
                {withUnit(spread.lowest.voltage ?? 0, 3, 'V')}
                <small class="under">{cellName(spread.lowest)}</small>
              </Fact>
              <Fact title={`▲ ${t(texts.highest)}`}>
                {withUnit(spread.highest.voltage ?? 0, 3, 'V')}
                <small class="under">{cellName(spread.highest)}</small>
              </Fact>
            </dl>
            <CellMap packs={packs} spread={spread} chosen={chosen?.series} onChoose={setChosen} />
            <p class="quiet">{t(texts.legend)}</p>
          </>
        )}
        {chosen !== undefined && (
          <>
            <h3>{t(texts.cell_day, { cell: cellName(chosen) })}</h3>
            <PastChart series={[chosen.series]} label={cellName(chosen)} height={180} />
          </>
        )}
      </section>
      {trend.length > 0 && (
        <section class="card">
          <header>
            <h2>{t(texts.spread_trend)}</h2>
            <span class="quiet">{t(pastTexts.last_day)}</span>
          </header>
          <PastChart series={trend} label={t(texts.spread_trend)} height={160} />
        </section>
      )}
      <PackDetails packs={packs} />
      <GroupTables member={member} state={state} />
    </div>
  );
}

/** Series of the difference between cells, which the device, or its definition, tells under that name. */
function spreadSeries({ name, groups }: ApiMember): string[] {
  return groups.flatMap((group) =>
    group.fields
      .filter((field) => field.quantity === 'cell_voltage' && field.name.endsWith('_spread'))
      .map((field) => `${name}.${group.name}.${field.name}`),
  );
}

function Summary({
  member,
  state,
}: {
  readonly member: ApiMember;
  readonly state: ApiMemberState;
}): JSX.Element {
  const { soc, voltage, current, power, charge, capacity, direction } = batteryGlance(member, state);
  return (
    <section class="card">
      <header>
        <h2>{member.title}</h2>
        <span class="quiet">{member.make?.title}</span>
        <Age at={newest(state)} freshness={state.freshness} />
      </header>
      <dl class="facts large">
        <Fact title={t(common.soc)}>{soc === undefined ? undefined : withUnit(soc, 0, '%')}</Fact>
        <Fact title={direction === undefined ? t(common.power) : t(common[direction])} tone={direction}>
          {power === undefined ? undefined : powerText(power)}
        </Fact>
        <Fact title={t(common.voltage)}>
          {voltage === undefined ? undefined : valueText(voltage, { quantity: 'voltage' })}
        </Fact>
        <Fact title={t(common.current)}>
          {current === undefined ? undefined : valueText(Math.abs(current), { quantity: 'current' })}
        </Fact>
        <Fact title={t(common.charge)}>
          {charge === undefined ? undefined : (
            <>
              {withUnit(charge, 0, 'Ah')}
              <small class="under">/ {capacity === undefined ? UNKNOWN : withUnit(capacity, 0, 'Ah')}</small>
            </>
          )}
        </Fact>
      </dl>
    </section>
  );
}
