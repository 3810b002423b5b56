import type { JSX } from 'preact';
import type { ApiField, ApiGroup, ApiMember, ApiMemberState } from '../core/site/api.ts';
import { isList, isRecord, type Values } from '../core/snapshot.ts';
import { titleText } from '../dashboard/i18n/catalogue.ts';
import { valueText } from '../dashboard/i18n/format.ts';
import { latestOf } from '../dashboard/model/latest.ts';

/** Lists of records (energy at the end of each month, all registers of a meter) as tables. */
export function Records({
  member,
  state,
}: {
  readonly member: ApiMember;
  readonly state: ApiMemberState;
}): JSX.Element {
  const lists = member.groups.flatMap((group) =>
    group.fields.flatMap((field) => {
      const { items } = field;
      const rows = items === undefined ? [] : rowsOf(state, group, field);
      return items === undefined || rows.length === 0 ? [] : [{ field, items, rows }];
    }),
  );
  return (
    <>
      {lists.map(({ field, items, rows }) => (
        <details key={field.name} class="card" open={lists.length === 1}>
          <summary>{titleText(field.title)}</summary>
          <RecordTable title={titleText(field.title)} items={items} rows={rows} />
        </details>
      ))}
    </>
  );
}

function rowsOf(state: ApiMemberState, group: ApiGroup, field: ApiField): readonly Values[] {
  const { value } = latestOf(state, group, field);
  return isList(value) ? value.filter(isRecord) : [];
}

function RecordTable({
  title,
  items,
  rows,
}: {
  readonly title: string;
  readonly items: readonly ApiField[];
  readonly rows: readonly Values[];
}): JSX.Element {
  // A list of nothing but codes is shown all the same: it is all that a meter sent.
  const isRaw = items.every(({ kind }) => kind === 'raw');
  const shown = items.filter(
    ({ name, kind }) =>
      (isRaw || kind !== 'raw') && rows.some((row) => row[name] !== undefined && row[name] !== null),
  );
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={title}>
      <table>
        <thead>
          <tr>
            {shown.map((item) => (
              <th key={item.name} scope="col">
                {titleText(item.title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {shown.map((item) => (
                <td key={item.name}>{valueText(row[item.name], item)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
