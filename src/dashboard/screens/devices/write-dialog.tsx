import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiMember, ApiProposal, ApiWritable, ApiWriteReport } from '../../../core/site/api.ts';
import type { Value } from '../../../core/snapshot.ts';
import { post } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { titleText, wordText } from '../../i18n/catalogue.ts';
import { common } from '../../i18n/common-texts.ts';
import { durationText, numberText, UNKNOWN } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { now } from '../../state/clock.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote, Notice } from '../../ui/notice.tsx';
import { texts } from './devices-texts.ts';

/** A write in three steps: the value, the frame that it makes, what was read back. */
export function WriteDialog({
  member,
  writable,
  onClose,
}: {
  readonly member: ApiMember;
  readonly writable: ApiWritable;
  readonly onClose: () => void;
}): JSX.Element {
  const { accepts } = writable;
  const [value, setValue] = useState(accepts.form === 'word' ? (accepts.words[0] ?? '') : '');
  const [off, setOff] = useState(false);
  const [proposal, setProposal] = useState<ApiProposal>();
  const [report, setReport] = useState<ApiWriteReport>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  const propose = (): Promise<void> =>
    attempt(async () => {
      const path = `api/members/${encodeURIComponent(member.name)}/writes`;
      const given = accepts.form === 'trigger' ? '' : off ? null : value;
      setProposal(await post<ApiProposal>(path, { field: writable.name, value: given }));
    });
  const confirm = (): Promise<void> =>
    attempt(async () => {
      const token = proposal?.token ?? '';
      // A token is good once: what went wrong has to be proposed again.
      setProposal(undefined);
      const done = await post<ApiWriteReport>(`api/writes/${encodeURIComponent(token)}`);
      setReport(done);
      // What was written is seldom asked for: read now, it shows in the tables as well. Whether that works is not said here.
      const groups = [...new Set(Object.keys(done.after).map((path) => path.replace(/\..*$/, '')))];
      if (groups.length > 0) void post('api/read', { member: member.name, groups }).catch(() => undefined);
    });

  return (
    <Dialog title={`${member.title}: ${titleText(writable.title)}`} onClose={onClose}>
      {writable.remark !== undefined && <p class="quiet">{writable.remark}</p>}
      {failure !== undefined && <FailureNote failure={failure} />}
      {report !== undefined ? (
        <Report report={report} onClose={onClose} />
      ) : proposal !== undefined ? (
        <Proposal
          member={member}
          proposal={proposal}
          busy={busy}
          onSend={() => void confirm()}
          onClose={onClose}
        />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void propose();
          }}
        >
          <ValueInput writable={writable} value={value} off={off} onValue={setValue} onOff={setOff} />
          <div class="row">
            <button type="submit" class="primary" disabled={busy}>
              {t(texts.show_frame)}
            </button>
            <button type="button" onClick={onClose}>
              {t(common.cancel)}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function ValueInput({
  writable: { accepts, unit },
  value,
  off,
  onValue,
  onOff,
}: {
  readonly writable: ApiWritable;
  readonly value: string;
  readonly off: boolean;
  readonly onValue: (value: string) => void;
  readonly onOff: (off: boolean) => void;
}): JSX.Element | null {
  switch (accepts.form) {
    case 'trigger':
      return null;
    case 'word':
      return (
        <label>
          <span>{t(texts.new_value)}</span>
          <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
            {accepts.words.map((word) => (
              <option key={word} value={word}>
                {wordText(word)}
              </option>
            ))}
          </select>
        </label>
      );
    case 'number':
      return (
        <>
          <label>
            <span>
              {t(texts.new_value)} (
              {t(texts.range, { lowest: accepts.lowest, highest: accepts.highest, unit }).trim()})
            </span>
            <input
              type="number"
              step="any"
              min={accepts.lowest}
              max={accepts.highest}
              required={!off}
              disabled={off}
              value={value}
              onInput={(event) => onValue(event.currentTarget.value)}
            />
          </label>
          {accepts.off && (
            <label class="inline">
              <input type="checkbox" checked={off} onChange={() => onOff(!off)} />
              <span>{t(texts.off)}</span>
            </label>
          )}
        </>
      );
    case 'text':
      return (
        <label>
          <span>
            {t(texts.new_value)} ({accepts.says})
          </span>
          <input
            required
            pattern={accepts.pattern}
            placeholder={accepts.examples[0]}
            value={value}
            onInput={(event) => onValue(event.currentTarget.value)}
          />
        </label>
      );
  }
}

function Proposal({
  member,
  proposal,
  busy,
  onSend,
  onClose,
}: {
  readonly member: ApiMember;
  readonly proposal: ApiProposal;
  readonly busy: boolean;
  readonly onSend: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  const left = (proposal.until - now.value) / 1000;
  return (
    <>
      <p>{t(texts.will_send, { name: member.title })}</p>
      <pre class="frame-shown">{proposal.frame}</pre>
      <p class="quiet">{left > 0 ? t(texts.valid_for, { time: durationText(left) }) : t(texts.expired)}</p>
      <div class="row">
        <button
          type="button"
          class={proposal.risk === 'high' ? 'danger' : 'primary'}
          disabled={busy || left <= 0}
          onClick={onSend}
        >
          {t(texts.send)}
        </button>
        <button type="button" onClick={onClose}>
          {t(common.cancel)}
        </button>
      </div>
    </>
  );
}

function Report({
  report,
  onClose,
}: {
  readonly report: ApiWriteReport;
  readonly onClose: () => void;
}): JSX.Element {
  const { before, after, outcome, acknowledgement } = report;
  return (
    <>
      <Notice tone={outcome === 'confirmed' ? 'good' : 'warn'}>
        {t(outcome === 'confirmed' ? texts.confirmed : texts.shown)}
      </Notice>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{t(texts.before)}</th>
            <th scope="col">{t(texts.after)}</th>
          </tr>
        </thead>
        <tbody>
          {Object.keys({ ...before, ...after }).map((path) => (
            <tr key={path}>
              <th scope="row">{path}</th>
              <td>{plainText(before[path])}</td>
              <td>{plainText(after[path])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {acknowledgement !== undefined && (
        <p class="quiet">
          {t(texts.acknowledgement)} <code>{acknowledgement}</code>
        </p>
      )}
      <div class="row">
        <button type="button" class="primary" onClick={onClose}>
          {t(common.close)}
        </button>
      </div>
    </>
  );
}

/** A value whose field is not known here. */
function plainText(value: Value | undefined): string {
  if (value === undefined || value === null) return UNKNOWN;
  if (typeof value === 'number') return numberText(value, Number.isInteger(value) ? 0 : 3);
  return typeof value === 'string' ? wordText(value) : JSON.stringify(value);
}
