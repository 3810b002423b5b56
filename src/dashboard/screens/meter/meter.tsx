import type { JSX } from 'preact';
import type { Role } from '../../../core/field.ts';
import type { ApiMember, ApiMemberState } from '../../../core/site/api.ts';
import { titleText } from '../../i18n/catalogue.ts';
import { moneyText, powerText, timeText, UNKNOWN, valueText, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { isMeter } from '../../model/kinds.ts';
import { type Latest, latestWithRole, newest, numberOf } from '../../model/latest.ts';
import { costOf, type PeriodTable, periodTables, phaseRows } from '../../model/meter.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { Fact } from '../../ui/fact.tsx';
import { GroupTables } from '../../ui/group-table.tsx';
import { memberScreen } from '../../ui/member-screen.tsx';
import { Archive } from './archive.tsx';
import { texts } from './meter-texts.ts';

/** Electricity meters. */
export default memberScreen('meter', isMeter, MeterOf);

function MeterOf({ member }: { readonly member: ApiMember }): JSX.Element {
  const state = store.state(member.name).value;
  return (
    <div class="stack">
      <Now member={member} state={state} />
      <div class="grid halves">
        <Phases member={member} state={state} />
        <Registers member={member} state={state} />
      </div>
      {member.profile && <Archive member={member.name} />}
      <div class="grid halves">
        {periodTables(member, state).map((table) => (
          <Periods key={table.title} table={table} />
        ))}
      </div>
      <GroupTables member={member} state={state} />
    </div>
  );
}

interface Shown {
  readonly member: ApiMember;
  readonly state: ApiMemberState;
}

function Now({ member, state }: Shown): JSX.Element {
  const read = (role: Role): Latest | undefined => latestWithRole(member, state, role);
  const power = numberOf(read('imported_power'));
  const amount = (role: Role): string | undefined => {
    const latest = read(role);
    const value = numberOf(latest);
    const currency = latest?.field.currency ?? store.site.value?.tariffs?.currency;
    return value === undefined || currency === undefined ? undefined : moneyText(value, currency);
  };
  const used = (role: Role): string | undefined => {
    const value = numberOf(read(role));
    return value === undefined ? undefined : withUnit(value, 1, 'kWh');
  };
  return (
    <section class="card">
      <header>
        <h2>{member.title}</h2>
        <span class="quiet">{member.make?.title}</span>
        <Age at={newest(state)} freshness={state.freshness} />
      </header>
      <dl class="facts large">
        <Fact title={t(texts.now)}>{power === undefined ? undefined : powerText(power)}</Fact>
        <Fact title={t(texts.today)}>{used('consumption_today')}</Fact>
        <Fact title={t(texts.month)}>{used('consumption_month')}</Fact>
        {store.site.value?.tariffs !== undefined && (
          <>
            <Fact title={`${t(texts.cost)} · ${t(texts.today)}`}>{amount('cost_today')}</Fact>
            <Fact title={`${t(texts.cost)} · ${t(texts.month)}`}>{amount('cost_month')}</Fact>
          </>
        )}
      </dl>
      {store.site.value?.tariffs === undefined && <p class="quiet">{t(texts.no_prices)}</p>}
    </section>
  );
}

function Phases({ member, state }: Shown): JSX.Element | null {
  const rows = phaseRows(member, state);
  if (rows.length === 0) return null;
  const count = Math.max(...rows.map(({ phases }) => phases.length));
  const withWhole = rows.some(({ whole }) => whole !== undefined);
  return (
    <section class="card scroll" tabIndex={0} aria-label={t(texts.phases)}>
      <h2>{t(texts.phases)}</h2>
      <table>
        <thead>
          <tr>
            <td />
            {Array.from({ length: count }, (_, place) => (
              <th key={place} class="number" scope="col">
                L{place + 1}
              </th>
            ))}
            {withWhole && (
              <th class="number" scope="col">
                {t(texts.whole)}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ title, phases, whole }) => (
            <tr key={title}>
              <th scope="row">{titleText(title)}</th>
              {Array.from({ length: count }, (_, place) => (
                <td key={place} class="number">
                  {shown(phases[place])}
                </td>
              ))}
              {withWhole && <td class="number">{whole === undefined ? '' : shown(whole)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function shown(latest: Latest | undefined): string {
  return latest === undefined ? UNKNOWN : valueText(latest.value ?? undefined, latest.field);
}

const TARIFF_ROLES = [
  'imported_energy_t1',
  'imported_energy_t2',
  'imported_energy_t3',
  'imported_energy_t4',
] as const satisfies readonly Role[];

function Registers({ member, state }: Shown): JSX.Element {
  const tariffs = store.site.value?.tariffs;
  const total = latestWithRole(member, state, 'imported_energy');
  const all = numberOf(total);
  return (
    <section class="card scroll" tabIndex={0} aria-label={t(texts.registers)}>
      <header>
        <h2>{t(texts.registers)}</h2>
        {total !== undefined && <Age at={total.at} freshness={total.freshness} />}
      </header>
      <table>
        <thead>
          <tr>
            <td />
            <th class="number" scope="col">
              {t(texts.energy)}
            </th>
            <th class="number" scope="col">
              {t(texts.share)}
            </th>
            {tariffs !== undefined && (
              <th class="number" scope="col">
                {t(texts.price)}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {TARIFF_ROLES.map((role, place) => {
            const latest = latestWithRole(member, state, role);
            const value = numberOf(latest);
            const price = tariffs?.prices[place];
            if (latest === undefined || (value === 0 && price === undefined)) return null;
            return (
              <tr key={role}>
                <th scope="row">
                  <i class={`swatch t${place + 1}`} /> {t(texts.tariff, { n: place + 1 })}
                </th>
                <td class="number">{shown(latest)}</td>
                <td class="number">
                  {value === undefined || all === undefined || all === 0
                    ? UNKNOWN
                    : withUnit((value / all) * 100, 0, '%')}
                </td>
                {tariffs !== undefined && (
                  <td class="number">{price === undefined ? UNKNOWN : moneyText(price, tariffs.currency)}</td>
                )}
              </tr>
            );
          })}
          <tr>
            <th scope="row">{t(texts.total)}</th>
            <td class="number">
              <b>{shown(total)}</b>
            </td>
            <td />
            {tariffs !== undefined && <td />}
          </tr>
        </tbody>
      </table>
    </section>
  );
}

/** Months or days that the meter keeps: what was used, by tariff, and what it cost. */
function Periods({ table }: { readonly table: PeriodTable }): JSX.Element {
  const tariffs = store.site.value?.tariffs;
  // A tariff that was never used is no column.
  const columns = [0, 1, 2, 3].filter((place) =>
    table.periods.some(({ registers }) => (registers.tariffs[place] ?? 0) > 0),
  );
  const kwh = (value: number | undefined): string =>
    value === undefined ? UNKNOWN : withUnit(value, 1, 'kWh');
  return (
    <section class="card scroll periods" tabIndex={0} aria-label={titleText(table.title)}>
      <h2>{titleText(table.title)}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t(texts.period)}</th>
            <th class="number" scope="col">
              {t(texts.used)}
            </th>
            {columns.map((place) => (
              <th key={place} class="number" scope="col">
                {t(texts.tariff, { n: place + 1 })}
              </th>
            ))}
            {tariffs !== undefined && (
              <th class="number" scope="col">
                {t(texts.cost)}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {table.periods.map(({ label, registers, used }) => {
            const cost = costOf(used?.tariffs ?? [], tariffs?.prices);
            return (
              <tr key={label}>
                <th scope="row">{timeText(label)}</th>
                <td class="number" title={`${t(texts.total)}: ${kwh(registers.total)}`}>
                  {kwh(used?.total)}
                </td>
                {columns.map((place) => (
                  <td key={place} class="number">
                    {kwh(used?.tariffs[place])}
                  </td>
                ))}
                {tariffs !== undefined && (
                  <td class="number">{cost === undefined ? UNKNOWN : moneyText(cost, tariffs.currency)}</td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
