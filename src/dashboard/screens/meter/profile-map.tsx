import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ProfileSlot } from '../../../core/profile.ts';
import { dayText, moneyText, powerText, UNKNOWN, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import type { ShownDay } from '../../model/kept-profile.ts';
import { costOf } from '../../model/meter.ts';
import { store } from '../../state/store.ts';
import { texts } from './meter-texts.ts';

/** Watt-minutes in a kWh. */
const KWH = 60_000;

/** Days by half hours: how much in colour, the tariff as a strip, gaps hatched; sums and costs beside. */
export function ProfileMap({ days }: { readonly days: readonly ShownDay[] }): JSX.Element {
  const [told, setTold] = useState('');
  const tariffs = store.site.value?.tariffs;
  const newest = [...days].reverse();
  const highest = Math.max(1, ...days.flatMap(({ slots }) => slots.map(({ power }) => power)));
  const used = [1, 2, 3, 4].filter((tariff) =>
    days.some(({ spans }) => spans.some((span) => span.tariff === tariff)),
  );
  return (
    <>
      <div class="scroll profile" tabIndex={0} aria-label={t(texts.archive)} role="region">
        <table>
          <thead>
            <tr>
              <th scope="col">{t(texts.day)}</th>
              <th class="hours" scope="col">
                <div aria-hidden="true">
                  {[0, 6, 12, 18, 24].map((hour) => (
                    <span key={hour}>{hour}</span>
                  ))}
                </div>
              </th>
              <th class="number" scope="col">
                {t(texts.sum)}
              </th>
              {tariffs !== undefined && (
                <th class="number" scope="col">
                  {t(texts.cost)}
                </th>
              )}
              <th scope="col">{t(texts.outcome)}</th>
            </tr>
          </thead>
          <tbody>
            {newest.map((day) => (
              <DayRow key={day.date} day={day} highest={highest} onTell={setTold} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="told" role="status">
        {told}
      </p>
      <p class="legend quiet">
        <span>
          <i class="swatch ramp" /> {t(texts.until, { power: powerText(highest) })}
        </span>
        {used.map((tariff) => (
          <span key={tariff}>
            <i class={`swatch t${tariff}`} /> {t(texts.tariff, { n: tariff })}
          </span>
        ))}
        <span>
          <i class="swatch gap" /> {t(texts.legend_gap)}
        </span>
        <span>
          <i class="swatch none" /> {t(texts.legend_none)}
        </span>
      </p>
    </>
  );
}

function DayRow({
  day,
  highest,
  onTell,
}: {
  readonly day: ShownDay;
  readonly highest: number;
  readonly onTell: (text: string) => void;
}): JSX.Element {
  const tariffs = store.site.value?.tariffs;
  const places = 1440 / day.minutes;
  const energy = day.slots.reduce((sum, slot) => sum + slot.energy, 0) / KWH;
  const byTariff = [0, 1, 2, 3].map(
    (place) => day.slots.reduce((sum, slot) => sum + (slot.tariffs[place] ?? 0), 0) / KWH,
  );
  const cost = costOf(byTariff, tariffs?.prices);
  return (
    <tr>
      <th scope="row">{dayText(day.date)}</th>
      <td class="slots">
        <div class="slot-row" role="img" aria-label={`${dayText(day.date)}: ${withUnit(energy, 1, 'kWh')}`}>
          {Array.from({ length: places }, (_, place) => {
            const slot = day.slots.find(({ from }) => from === place * day.minutes);
            return (
              <i
                key={place}
                class={slotClass(slot)}
                style={slot === undefined ? {} : { background: ramp(slot, highest) }}
                title={slotText(day, slot)}
                onPointerEnter={() => onTell(slotText(day, slot))}
              />
            );
          })}
        </div>
        <div class="strip" aria-hidden="true">
          {day.spans.map(({ from, to, tariff }) => (
            <i key={from} class={`t${tariff}`} style={{ flexGrow: to - from }} />
          ))}
        </div>
      </td>
      <td class="number">{withUnit(energy, 1, 'kWh')}</td>
      {tariffs !== undefined && (
        <td class="number">{cost === undefined ? UNKNOWN : moneyText(cost, tariffs.currency)}</td>
      )}
      <td class={day.outcome === 'mismatch' ? 'wrong' : 'quiet'}>{outcomeText(day)}</td>
    </tr>
  );
}

function slotClass(slot: ProfileSlot | undefined): string {
  if (slot === undefined) return 'none';
  return slot.marks.includes('gap') ? 'gap' : '';
}

/** Nothing drawn over a gap: its hatching says that it is none. */
function ramp(slot: ProfileSlot, highest: number): string {
  if (slot.marks.includes('gap')) return '';
  const share = Math.round(Math.sqrt(slot.power / highest) * 100);
  return `color-mix(in oklab, var(--ramp) ${share}%, var(--sunk))`;
}

function slotText(day: ShownDay, slot: ProfileSlot | undefined): string {
  if (slot === undefined) return t(texts.legend_none);
  const when = { day: dayText(day.date), from: minuteText(slot.from), to: minuteText(slot.to) };
  if (slot.marks.includes('gap')) return t(texts.slot_gap, when);
  const span = day.spans.find(({ from, to }) => from <= slot.from && slot.from < to);
  const tariffs = store.site.value?.tariffs;
  const cost = costOf(
    slot.tariffs.map((energy) => energy / KWH),
    tariffs?.prices,
  );
  const said = t(texts.slot, {
    ...when,
    power: powerText(slot.power),
    energy: withUnit(slot.energy / KWH, 2, 'kWh'),
    tariff: span === undefined ? UNKNOWN : t(texts.tariff, { n: span.tariff }),
  });
  return cost === undefined || tariffs === undefined ? said : `${said}, ${moneyText(cost, tariffs.currency)}`;
}

function minuteText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function outcomeText({ outcome, difference }: ShownDay): string {
  if (outcome === undefined) return UNKNOWN;
  switch (outcome) {
    case 'reconciled':
      return t(texts.outcome_reconciled);
    case 'open':
      return t(texts.outcome_open);
    case 'mismatch':
      return t(texts.outcome_mismatch, {
        energy: difference === undefined ? UNKNOWN : withUnit(difference.total / KWH, 2, 'kWh'),
      });
  }
}
