import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiDevice, ApiScanEvent, ApiScanHit } from '../../../core/site/api.ts';
import { follow } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { common } from '../../i18n/common-texts.ts';
import { t } from '../../i18n/language.ts';
import { foundByHand, foundBySearch, type ToConnect } from '../../model/found.ts';
import { store } from '../../state/store.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './setup-texts.ts';

/** Seconds that a search may take. */
const BUDGET = 60;

/** Finds out what is on the line, by asking or by being told. */
export function WhatStep({
  link,
  onBack,
  onNext,
}: {
  readonly link: string;
  readonly onBack: () => void;
  readonly onNext: (found: ToConnect) => void;
}): JSX.Element {
  const [step, setStep] = useState<Extract<ApiScanEvent, { what: 'step' }>>();
  const [hits, setHits] = useState<readonly ApiScanHit[]>([]);
  const [yaml, setYaml] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const running = useRef<AbortController>(undefined);
  const [busy, setBusy] = useState(false);
  useEffect(() => () => running.current?.abort(), []);

  const search = async (): Promise<void> => {
    const abort = new AbortController();
    running.current = abort;
    setBusy(true);
    setHits([]);
    setYaml(undefined);
    setFailure(undefined);
    try {
      await follow<ApiScanEvent>(
        'api/scan',
        { links: [link], budget: BUDGET },
        (event) => {
          if (event.what === 'step') setStep(event);
          else if (event.what === 'hit') setHits((known) => [...known, event.hit]);
          else if (event.what === 'end') setYaml(event.yaml);
          else setFailure(event);
        },
        abort.signal,
      );
    } catch (error) {
      if (!abort.signal.aborted) setFailure(failureOf(error));
    } finally {
      setBusy(false);
      setStep(undefined);
    }
  };

  return (
    <div class="stack">
      <p>
        <code>{link}</code>
      </p>
      <p class="quiet">{t(texts.search_hint)}</p>
      <div class="row">
        {busy ? (
          <button type="button" onClick={() => running.current?.abort()}>
            {t(texts.stop)}
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => void search()}>
            {t(texts.search)}
          </button>
        )}
        <button type="button" onClick={onBack}>
          {t(texts.back)}
        </button>
      </div>
      {step !== undefined && (
        <div role="status">
          <progress max={step.total} value={step.done} aria-label={t(texts.search)} />
          <p class="quiet">{t(texts.searching, { text: step.text })}</p>
        </div>
      )}
      {failure !== undefined && <FailureNote failure={failure} />}
      {hits.length > 0 && (
        <>
          <h3>{t(texts.found, { n: hits.length })}</h3>
          <ul class="hits">
            {hits.map((hit) => (
              <li key={`${hit.device} ${hit.address}`}>
                <b>{hit.title}</b> {hit.model} · {t(common.address, { n: hit.address })} · {hit.line}
              </li>
            ))}
          </ul>
        </>
      )}
      {yaml !== undefined && hits.length === 0 && <p class="wrong">{t(texts.found_none)}</p>}
      {hits.length > 0 && (
        <button
          type="button"
          class="primary"
          onClick={() => {
            const { members = [], buses = [] } = store.site.value ?? {};
            onNext(foundBySearch(hits, yaml, [...members.map(({ name }) => name), ...buses]));
          }}
        >
          {t(yaml === undefined && busy ? texts.enough : texts.next)}
        </button>
      )}
      <ByHand link={link} onNext={onNext} />
    </div>
  );
}

/** Names that a configuration takes. */
const NAME = '[a-z0-9][a-z0-9_\\-]*';

function ByHand({
  link,
  onNext,
}: {
  readonly link: string;
  readonly onNext: (found: ToConnect) => void;
}): JSX.Element {
  const { value: devices } = useFetched<readonly ApiDevice[]>('api/devices');
  const [id, setId] = useState('');
  const [address, setAddress] = useState('');
  const [name, setName] = useState('');
  const [access, setAccess] = useState<Readonly<Record<string, string>>>({});
  const device = devices?.find((one) => one.id === id);
  const taken = new Set(store.site.value?.members.map((one) => one.name));
  const choose = (wanted: string): void => {
    setId(wanted);
    const found = devices?.find((one) => one.id === wanted);
    if (found !== undefined) setAddress(String(found.addresses.usual));
  };
  return (
    <details class="entry">
      <summary>{t(texts.by_hand)}</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const said = Object.entries(access).filter(
            ([key, value]) => value !== '' && key in (device?.access ?? {}),
          );
          onNext(
            foundByHand({
              bus: name,
              link,
              name,
              device: id,
              address: Number(address),
              ...(said.length === 0 ? {} : { access: Object.fromEntries(said) }),
            }),
          );
        }}
      >
        <label>
          <span>{t(texts.device)}</span>
          <select required value={id} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="" />
            {devices?.map((one) => (
              <option key={one.id} value={one.id}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        {device !== undefined && (
          <>
            {device.remarks.map((remark) => (
              <p key={remark} class="quiet">
                {remark}
              </p>
            ))}
            <label>
              <span>
                {t(texts.address)} ({device.addresses.lowest}–{device.addresses.highest})
              </span>
              <input
                type="number"
                required
                min={device.addresses.lowest}
                max={device.addresses.highest}
                value={address}
                onInput={(event) => setAddress(event.currentTarget.value)}
              />
            </label>
            {Object.entries(device.access).map(([key, says]) => (
              <label key={key}>
                <span>
                  <code>{key}</code> <span class="quiet">{says}</span>
                </span>
                <input
                  autocomplete="off"
                  value={access[key] ?? ''}
                  onInput={(event) => setAccess({ ...access, [key]: event.currentTarget.value })}
                />
              </label>
            ))}
            <label>
              <span>
                {t(texts.name)} ({t(texts.name_hint)})
              </span>
              <input
                required
                pattern={NAME}
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
            </label>
            <button type="submit" class="primary" disabled={name === '' || taken.has(name)}>
              {t(texts.next)}
            </button>
          </>
        )}
      </form>
    </details>
  );
}
