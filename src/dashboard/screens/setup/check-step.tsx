import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiProbe } from '../../../core/site/api.ts';
import { post } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { titleText } from '../../i18n/catalogue.ts';
import { common } from '../../i18n/common-texts.ts';
import { valueText } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import type { ProbeAsk } from '../../model/found.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { texts } from './setup-texts.ts';

/** What became of reading one device. */
type Outcome = { readonly probe: ApiProbe } | { readonly failure: Failure };

/** Reads every device once before anything is saved: does it answer, and does what it says make sense? */
export function CheckStep({
  devices,
  onBack,
  onNext,
}: {
  readonly devices: readonly ProbeAsk[];
  readonly onBack: () => void;
  readonly onNext: () => void;
}): JSX.Element {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    // One after the other: they may share a line.
    const readAll = async (): Promise<void> => {
      const found: Outcome[] = [];
      setOutcomes(found);
      for (const device of devices) {
        let outcome: Outcome;
        try {
          outcome = { probe: await post<ApiProbe>('api/probe', device, abort.signal) };
        } catch (error) {
          outcome = { failure: failureOf(error) };
        }
        if (abort.signal.aborted) return;
        found.push(outcome);
        setOutcomes([...found]);
      }
    };
    void readAll();
    return () => abort.abort();
  }, [devices, round]);

  const over = outcomes.length === devices.length;
  const well = over && outcomes.every((one) => 'probe' in one);
  return (
    <div class="stack">
      <p class="quiet">{t(texts.check_hint)}</p>
      {outcomes.map((outcome, place) =>
        'probe' in outcome ? (
          <Probed key={place} probe={outcome.probe} />
        ) : (
          <div key={place}>
            <h3>
              <code>{devices[place]?.device}</code>
            </h3>
            <FailureNote failure={outcome.failure} />
          </div>
        ),
      )}
      {!over && (
        <p class="quiet" role="status">
          {t(texts.checking, { device: devices[outcomes.length]?.device ?? '' })}
        </p>
      )}
      <div class="row">
        <button type="button" class={well ? 'primary' : ''} disabled={!over} onClick={onNext}>
          {t(over && !well ? texts.next_all_the_same : texts.next)}
        </button>
        <button type="button" disabled={!over} onClick={() => setRound(round + 1)}>
          {t(texts.check_again)}
        </button>
        <button type="button" onClick={onBack}>
          {t(texts.back)}
        </button>
      </div>
    </div>
  );
}

/** Values that are shown: enough to see that it is the right device. */
const MOST = 10;

function Probed({ probe }: { readonly probe: ApiProbe }): JSX.Element {
  const { member, line, model, serial_number: serial, values, faults, shared } = probe;
  const shown = member.groups
    .flatMap((group) =>
      group.fields.map((field) => ({ group, field, value: values[group.name]?.[field.name] })),
    )
    .filter(
      ({ field, value }) =>
        value !== undefined && value !== null && field.kind === 'measurement' && typeof value !== 'object',
    )
    // What stands for the whole comes first.
    .toSorted((one, other) => Number(other.field.role !== undefined) - Number(one.field.role !== undefined))
    .slice(0, MOST);
  return (
    <div>
      <h3>
        {member.make?.title ?? member.title} <span class="badge good">{t(texts.answers)}</span>
      </h3>
      <p class="quiet">
        {[
          model,
          serial,
          member.address === undefined ? undefined : t(common.address, { n: member.address }),
          line,
        ]
          .filter((part) => part !== undefined)
          .join(' · ')}
      </p>
      {shared !== undefined && <p class="quiet">{t(texts.shared_line, { bus: shared })}</p>}
      <dl class="pairs">
        {shown.map(({ group, field, value }) => (
          <div key={`${group.name}.${field.name}`}>
            <dt>{titleText(field.title)}</dt>
            <dd>{valueText(value, field)}</dd>
          </div>
        ))}
      </dl>
      {Object.entries(faults).map(([group, { message, hint }]) => (
        <p key={group} class="wrong">
          <code>{group}</code> {message} {hint}
        </p>
      ))}
    </div>
  );
}
