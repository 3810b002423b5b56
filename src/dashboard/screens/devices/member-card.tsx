import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiMember, ApiWritable } from '../../../core/site/api.ts';
import { post } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { titleText } from '../../i18n/catalogue.ts';
import { common } from '../../i18n/common-texts.ts';
import { t } from '../../i18n/language.ts';
import { newest } from '../../model/latest.ts';
import { href } from '../../shell/route.ts';
import { store } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { GroupTables } from '../../ui/group-table.tsx';
import { FailureNote } from '../../ui/notice.tsx';
import { texts } from './devices-texts.ts';
import { WriteDialog } from './write-dialog.tsx';

/** One member: what it is, all that it says, and what may be written to it. */
export function MemberCard({ member }: { readonly member: ApiMember }): JSX.Element {
  const { name, title, make, bus, address, simulated } = member;
  const state = store.state(name).value;
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const refused = Object.entries(state.refused);
  const read = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      // The values come with the live stream like all others.
      await post('api/read', { member: name });
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="stack">
      <p>
        <a href={href('devices')}>← {t(texts.back)}</a>
      </p>
      <section class="card">
        <header>
          <h2>{title}</h2>
          {simulated && <span class="badge simulated">{t(common.simulated)}</span>}
          <Age at={newest(state)} freshness={state.freshness} />
        </header>
        <p class="quiet">
          {[
            make?.title,
            make?.models.join(', '),
            bus,
            address === undefined ? undefined : t(common.address, { n: address }),
          ]
            .filter((part) => part !== undefined)
            .join(' · ')}
        </p>
        {make !== undefined && (
          <button type="button" disabled={busy} onClick={() => void read()}>
            {t(texts.read_now)}
          </button>
        )}
        {failure !== undefined && <FailureNote failure={failure} />}
      </section>
      {refused.length > 0 && (
        <section class="card">
          <h2>{t(texts.refused)}</h2>
          <dl class="pairs">
            {refused.map(([path, { count, why }]) => (
              <div key={path}>
                <dt>{path}</dt>
                <dd>{t(texts.refused_times, { n: count, why })}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {member.writables.length > 0 && <Writables member={member} />}
      <GroupTables member={member} state={state} open />
    </div>
  );
}

const RISKS = { low: texts.risk_low, medium: texts.risk_medium, high: texts.risk_high } as const;

function Writables({ member }: { readonly member: ApiMember }): JSX.Element {
  const [open, setOpen] = useState<ApiWritable>();
  return (
    <section class="card">
      <h2>{t(texts.writes)}</h2>
      <p class="quiet">{t(texts.writes_hint)}</p>
      <dl class="pairs">
        {member.writables.map((writable) => (
          <div key={writable.name}>
            <dt>
              {titleText(writable.title)}
              {writable.remark !== undefined && <p class="quiet">{writable.remark}</p>}
            </dt>
            <dd>
              <span class={`badge ${writable.risk === 'high' ? 'bad' : ''}`}>{t(RISKS[writable.risk])}</span>{' '}
              <button type="button" class="small" onClick={() => setOpen(writable)}>
                {t(writable.accepts.form === 'trigger' ? texts.do_it : texts.change)}
                <span class="only-heard"> {titleText(writable.title)}</span>
              </button>
            </dd>
          </div>
        ))}
      </dl>
      {open !== undefined && (
        <WriteDialog member={member} writable={open} onClose={() => setOpen(undefined)} />
      )}
    </section>
  );
}
