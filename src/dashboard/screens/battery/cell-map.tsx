import type { JSX } from 'preact';
import { common } from '../../i18n/common-texts.ts';
import { wordText } from '../../i18n/catalogue.ts';
import { numberText, UNKNOWN, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import type { Cell, CellSpread, Pack } from '../../model/battery.ts';
import { texts } from './battery-texts.ts';

/** Millivolts from the mean at which the colour is full; where cells differ more, the farthest has it. */
const FULL = 20;

/** Packs by cells: each cell as far from the mean as it is, in colour and in millivolts. */
export function CellMap({
  packs,
  spread,
  chosen,
  onChoose,
}: {
  readonly packs: readonly Pack[];
  readonly spread: CellSpread;
  readonly chosen: string | undefined;
  readonly onChoose: (cell: Cell & { readonly pack: number | undefined }) => void;
}): JSX.Element {
  const { mean, lowest, highest } = spread;
  const full = Math.max(
    FULL,
    ((highest.voltage ?? mean) - mean) * 1000,
    (mean - (lowest.voltage ?? mean)) * 1000,
  );
  return (
    <div class="cell-map">
      {packs
        .filter(({ cells }) => cells.length > 0)
        .map(({ key, cells }) => (
          <div
            class="cell-row"
            key={key}
            role="group"
            aria-label={key === undefined ? t(texts.cells) : t(common.pack, { n: key })}
          >
            {key !== undefined && <span class="cell-pack">{t(common.pack, { n: key })}</span>}
            <div class="cell-cells">
              {cells.map((cell) => (
                <CellButton
                  key={cell.number}
                  cell={cell}
                  offset={cell.voltage === undefined ? undefined : (cell.voltage - mean) * 1000}
                  full={full}
                  mark={
                    cell.series === lowest.series ? '▼' : cell.series === highest.series ? '▲' : undefined
                  }
                  pressed={chosen === cell.series}
                  onChoose={() => onChoose({ ...cell, pack: key })}
                />
              ))}
            </div>
          </div>
        ))}
    </div>
  );
}

function CellButton({
  cell: { number, voltage, balancing, alarm },
  offset,
  full,
  mark,
  pressed,
  onChoose,
}: {
  readonly cell: Cell;
  readonly offset: number | undefined;
  readonly full: number;
  readonly mark: '▼' | '▲' | undefined;
  readonly pressed: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const share = offset === undefined ? 0 : Math.min(1, Math.abs(offset) / full);
  const colour = (offset ?? 0) < 0 ? '--cell-low' : '--cell-high';
  const words = [
    t(texts.cell, { cell: number }),
    voltage === undefined ? t(common.unknown) : withUnit(voltage, 3, 'V'),
    ...(mark === undefined ? [] : [t(mark === '▼' ? texts.lowest : texts.highest)]),
    ...(balancing ? [t(texts.balancing)] : []),
    ...(alarm === undefined ? [] : [wordText(alarm)]),
  ].join(', ');
  return (
    <button
      type="button"
      class={`cell${alarm === undefined ? '' : ' alarmed'}`}
      aria-pressed={pressed}
      title={words}
      style={{ background: `color-mix(in oklab, var(${colour}) ${Math.round(share * 60)}%, var(--card))` }}
      onClick={onChoose}
    >
      <small>
        {number}
        {balancing ? ' ⇄' : ''}
        {mark === undefined ? '' : ` ${mark}`}
        {alarm === undefined ? '' : ' !'}
      </small>
      <b>{offset === undefined ? UNKNOWN : signed(offset)}</b>
      <span class="only-heard">{words}</span>
    </button>
  );
}

/** Millivolts with their sign; nothing before what rounds to zero. */
function signed(offset: number): string {
  const text = numberText(Math.abs(offset), 0);
  return Math.round(offset) === 0 ? text : `${offset > 0 ? '+' : '−'}${text}`;
}
