import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiMember, ApiMemberState } from '../core/site/api.ts';
import { common } from '../dashboard/i18n/common-texts.ts';
import { durationText, withUnit } from '../dashboard/i18n/format.ts';
import { t } from '../dashboard/i18n/language.ts';
import { type Pack, packsOf, spreadOf } from '../dashboard/model/battery.ts';
import { batteryGlance } from '../dashboard/model/flow.ts';
import { isBattery } from '../dashboard/model/kinds.ts';
import { type Latest, latestOf, newest } from '../dashboard/model/latest.ts';
import { texts as battery } from '../dashboard/screens/battery/battery-texts.ts';
import { CellMap } from '../dashboard/screens/battery/cell-map.tsx';
import { PackDetails } from '../dashboard/screens/battery/pack-details.tsx';
import { Reports } from '../dashboard/screens/battery/reports.tsx';
import { now } from '../dashboard/state/clock.ts';
import { Age } from '../dashboard/ui/age.tsx';
import { Fact, LatestFact } from '../dashboard/ui/fact.tsx';
import { GroupTables } from '../dashboard/ui/group-table.tsx';
import { saveFile } from '../dashboard/ui/save-file.ts';
import { csvOf, jsonOf } from './documents.ts';
import { texts } from './page-texts.ts';
import { port, stage, stop } from './reader.ts';
import { Records } from './records.tsx';
import { memberOf, type Seen, stateOf } from './seen.ts';

/** Milliseconds from which on a device is slow enough to say so. */
const SLOW = 10_000;

/** Everything that a device says, live: what it is about, alarms in words, cells, and all values. */
export function DeviceView({ seen }: { readonly seen: Seen }): JSX.Element {
  const member = memberOf(seen, port.value?.name ?? '');
  const state = stateOf(seen, now.value);
  // What stands in lists is of packs only where there are cells.
  const hasPacks = isBattery(member);
  const warns = member.groups.some(({ fields }) => fields.some(({ alarm }) => alarm !== undefined));
  const isNew = Object.keys(seen.times).length === 0;
  return (
    <>
      <section class="card">
        <header>
          <h2>{member.title}</h2>
          {!isWhoever(seen) && <span class="quiet">{t(common.address, { n: String(seen.address) })}</span>}
          <Age at={newest(state)} freshness={state.freshness} />
          {stage.value.kind === 'reading' && (
            <button type="button" onClick={stop}>
              {t(texts.stop)}
            </button>
          )}
        </header>
        {isNew ? <Patience longest={seen.device.longest ?? 0} /> : <Headline member={member} state={state} />}
        {!isNew && <Keep seen={seen} />}
      </section>
      {hasPacks && !isNew && <Cells member={member} state={state} />}
      {!hasPacks && !isNew && warns && <Reports packs={[wholeOf(member, state)]} />}
      <GroupTables member={member} state={state} open={!isNew} />
      {!hasPacks && <Records member={member} state={state} />}
    </>
  );
}

/** Whether no address was sent, so that the only device there answered. */
function isWhoever({ device, address }: Seen): boolean {
  return address === 0 && device.addresses.zero === 'whoever';
}

/** What stands there before the first values. */
function Patience({ longest }: { readonly longest: number }): JSX.Element {
  return (
    <p class="quiet">
      {t(texts.connecting)}{' '}
      {longest > SLOW && t(texts.reading_slowly, { time: durationText(longest / 1000) })}
    </p>
  );
}

/** The values that a definition gives a role, as far as they are known: what the device is about. */
function Headline({
  member,
  state,
}: {
  readonly member: ApiMember;
  readonly state: ApiMemberState;
}): JSX.Element {
  const latest = member.groups.flatMap((group): Latest[] =>
    group.fields
      .filter(isTold)
      .map((field) => latestOf(state, group, field))
      .filter(({ value }) => value !== undefined),
  );
  const roles = latest.map(({ field }) => field.role);
  const { direction } = batteryGlance(member, state);
  return (
    <dl class="facts large headline">
      {direction !== undefined && (
        <Fact title={t(common.state)} tone={direction}>
          {t(common[direction])}
        </Fact>
      )}
      {latest
        .filter(({ field }, place) => roles.indexOf(field.role) === place)
        .map((one) => (
          <LatestFact key={`${one.group.name} ${one.field.name}`} latest={one} />
        ))}
    </dl>
  );
}

/** Measured, and one number for the whole device. */
function isTold({ role, kind, items }: ApiMember['groups'][number]['fields'][number]): boolean {
  return role !== undefined && items === undefined && (kind === 'measurement' || kind === 'counter');
}

/** To take away what was read. */
function Keep({ seen }: { readonly seen: Seen }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const name = `${seen.device.id}-${seen.address}`;
  return (
    <p class="row keep">
      <button type="button" class="small" onClick={() => saveFile(`${name}.json`, jsonOf(seen))}>
        {t(texts.save_json)}
      </button>
      <button type="button" class="small" onClick={() => saveFile(`${name}.csv`, csvOf(seen))}>
        {t(texts.save_csv)}
      </button>
      <button
        type="button"
        class="small"
        onClick={() => void navigator.clipboard.writeText(jsonOf(seen)).then(() => setCopied(true))}
      >
        {t(copied ? texts.copied : texts.copy_json)}
      </button>
    </p>
  );
}

/** What a battery says of what is wrong, of its cells and of its packs. */
function Cells({
  member,
  state,
}: {
  readonly member: ApiMember;
  readonly state: ApiMemberState;
}): JSX.Element {
  const [chosen, setChosen] = useState<string>();
  const packs = packsOf(member, state);
  const spread = spreadOf(packs);
  const parts = packs.filter(({ key }) => key !== undefined);
  return (
    <>
      <Reports packs={[wholeOf(member, state), ...parts]} />
      {spread !== undefined && (
        <section class="card">
          <header>
            <h2>{t(battery.cells)}</h2>
            <span class="quiet">{t(battery.from_mean, { mean: withUnit(spread.mean, 3, 'V') })}</span>
          </header>
          <CellMap
            packs={packs}
            spread={spread}
            chosen={chosen}
            onChoose={({ series }) => setChosen(series === chosen ? undefined : series)}
          />
        </section>
      )}
      <PackDetails packs={packs} />
    </>
  );
}

/** The device itself as a pack: what it says outside of any list. */
function wholeOf(member: ApiMember, state: ApiMemberState): Pack {
  const values = member.groups.flatMap((group) =>
    group.fields.flatMap((field) => {
      const { value } = latestOf(state, group, field);
      const series = `${member.name}.${group.name}.${field.name}`;
      return value === undefined || field.items !== undefined
        ? []
        : [{ group: group.name, field, value, series }];
    }),
  );
  return { key: undefined, values, cells: [], temperatures: [] };
}
