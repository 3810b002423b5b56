import type { JSX } from 'preact';
import type { ApiGroup, ApiMember, ApiMemberState } from '../../core/site/api.ts';
import { titleText } from '../i18n/catalogue.ts';
import { common } from '../i18n/common-texts.ts';
import { valueText } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { latestOf } from '../model/latest.ts';
import { Age } from './age.tsx';
import { FaultText } from './fault-text.tsx';

/** Everything that a group says, field by field, with its age and why it failed; what is read of packs stands elsewhere. */
export function GroupTable({
  state,
  group,
}: {
  readonly state: ApiMemberState;
  readonly group: ApiGroup;
}): JSX.Element {
  const now = state.groups[group.name];
  const fields = group.fields.filter(({ kind, items }) => kind !== 'raw' && items === undefined);
  return (
    <section class="card">
      <header>
        <h2>{titleText(group.title)}</h2>
        <Age at={now?.at} freshness={now?.freshness ?? 'unknown'} />
      </header>
      {now?.fault !== undefined && (
        <div class="wrong">
          <FaultText fault={now.fault} />
        </div>
      )}
      <dl class="pairs">
        {fields.map((field) => {
          const { value } = latestOf(state, group, field);
          const refused = state.refused[`${group.name}.${field.name}`];
          return (
            <div key={field.name} {...(field.remark === undefined ? {} : { title: field.remark })}>
              <dt>{titleText(field.title)}</dt>
              <dd class={value === undefined ? 'quiet' : undefined}>
                {value === undefined ? t(common.unknown) : valueText(value, field)}
                {refused !== undefined && <span class="badge warn">{refused.why}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

/** The groups of a member as tables, but for those that only have lists of packs. */
export function GroupTables({
  member,
  state,
  open = false,
}: {
  readonly member: ApiMember;
  readonly state: ApiMemberState;
  readonly open?: boolean;
}): JSX.Element {
  const shown = member.groups.filter(({ fields }) =>
    fields.some(({ kind, items }) => kind !== 'raw' && items === undefined),
  );
  return (
    <details class="all-values" open={open}>
      <summary>{t(common.all_values)}</summary>
      <div class="grid">
        {shown.map((group) => (
          <GroupTable key={group.name} state={state} group={group} />
        ))}
      </div>
    </details>
  );
}
