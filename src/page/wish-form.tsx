import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { isFamily } from '../core/catalog.ts';
import type { Device, Family } from '../core/device.ts';
import { FORMATS, lineText } from '../core/line.ts';
import { everyKind } from '../core/search.ts';
import { t } from '../dashboard/i18n/language.ts';
import { catalog } from '../devices/index.ts';
import { texts } from './page-texts.ts';
import { port, start, type Wish } from './reader.ts';

/** What stands in the form; kept while another part of the page is shown. */
const form = signal({ id: '', address: '', anywhere: false, baud: '', format: '', listens: false });
/** Settings of the way to the device, by name. */
const access = signal<Readonly<Record<string, string>>>({});

/** Rates that people meet, besides those of the catalogue. */
const RATES = [300, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];
const BAUDS = [...new Set([...RATES, ...catalog.devices.map(({ line }) => line.baud)])].sort((a, b) => a - b);

/** What the form says. */
export function wishOf(): Wish {
  const { id, address, anywhere, baud, format, listens } = form.value;
  const kind = id === '' ? undefined : catalog.find(id);
  const said = Object.entries(access.value).filter(([, value]) => value !== '');
  return {
    kind,
    address: anywhere ? 'find' : address === '' ? undefined : Number(address),
    baud: baud === '' ? undefined : Number(baud),
    format: FORMATS.find((one) => one === format),
    how: listens && sampleOf(kind)?.overhear !== undefined ? 'listen' : 'poll',
    access: Object.fromEntries(said),
  };
}

function sampleOf(kind: Device | Family | undefined): Device | undefined {
  return kind !== undefined && isFamily(kind) ? kind.members[0] : kind;
}

/** Which device, where, and how. */
export function WishForm({ disabled }: { readonly disabled: boolean }): JSX.Element {
  const { id, baud, format, address, anywhere, listens } = form.value;
  const sample = sampleOf(id === '' ? undefined : catalog.find(id));
  const set = (part: Partial<typeof form.value>): void => {
    form.value = { ...form.value, ...part };
  };
  const known = port.value?.name;
  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void start(wishOf());
      }}
    >
      <div class="ask">
        <label class="wide">
          <span>{t(texts.device)}</span>
          <select
            value={id}
            onChange={(event) => {
              access.value = {};
              set({ id: event.currentTarget.value, address: '', anywhere: false, listens: false });
            }}
          >
            <Kinds />
          </select>
        </label>
        <label>
          <span>{t(texts.baud)}</span>
          <select value={baud} onChange={(event) => set({ baud: event.currentTarget.value })}>
            <option value="">
              {sample === undefined
                ? t(texts.as_wanted)
                : t(texts.as_wanted_is, { what: String(sample.line.baud) })}
            </option>
            {BAUDS.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t(texts.format)}</span>
          <select value={format} onChange={(event) => set({ format: event.currentTarget.value })}>
            <option value="">
              {sample === undefined
                ? t(texts.as_wanted)
                : t(texts.as_wanted_is, { what: lineText(sample.line).replace(/^\d+ /, '') })}
            </option>
            {FORMATS.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        {sample !== undefined && (
          <label>
            <span>{t(texts.address)}</span>
            <input
              type="number"
              min={sample.addresses.lowest}
              max={sample.addresses.highest}
              placeholder={String(sample.addresses.usual)}
              value={address}
              disabled={anywhere}
              onInput={(event) => set({ address: event.currentTarget.value })}
            />
          </label>
        )}
        {sample?.overhear !== undefined && (
          <label>
            <span>{t(texts.how)}</span>
            <select
              value={listens ? 'listen' : 'poll'}
              onChange={(event) => set({ listens: event.currentTarget.value === 'listen' })}
            >
              <option value="poll">{t(texts.how_poll)}</option>
              <option value="listen">{t(texts.how_listen)}</option>
            </select>
          </label>
        )}
        {sample !== undefined && (
          <label class="inline">
            <input type="checkbox" checked={anywhere} onChange={() => set({ anywhere: !anywhere })} />
            <span>{t(texts.any_address)}</span>
          </label>
        )}
      </div>
      {sample !== undefined && <AboutDevice device={sample} />}
      <div class="row">
        <button type="submit" class="primary" disabled={disabled}>
          {known === undefined
            ? t(sample === undefined ? texts.search : texts.connect)
            : t(sample === undefined ? texts.search_again : texts.again, { port: known })}
        </button>
        {known !== undefined && (
          <button type="button" disabled={disabled} onClick={() => void start(wishOf(), 'other')}>
            {t(texts.other_port)}
          </button>
        )}
      </div>
    </form>
  );
}

/** Everything that can be read: whatever is there, families, single kinds. */
function Kinds(): JSX.Element {
  return (
    <>
      <option value="">{t(texts.find_out)}</option>
      <optgroup label={t(texts.families)}>
        {everyKind(catalog)
          .filter(isFamily)
          .map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
      </optgroup>
      <optgroup label={t(texts.kinds)}>
        {catalog.devices.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </optgroup>
    </>
  );
}

/** What a definition says of its device, and what it lets people say of the way to it. */
function AboutDevice({ device }: { readonly device: Device }): JSX.Element {
  const settings = Object.entries(device.access?.settings ?? {});
  return (
    <>
      {settings.length > 0 && (
        <details>
          <summary>{t(texts.way)}</summary>
          <div class="ask">
            {settings.map(([name, what]) => (
              <label key={name}>
                <span lang="en">
                  <b>{name}</b> {what}
                </span>
                <input
                  value={access.value[name] ?? ''}
                  autocomplete="off"
                  onInput={(event) => {
                    access.value = { ...access.value, [name]: event.currentTarget.value };
                  }}
                />
              </label>
            ))}
          </div>
        </details>
      )}
      {device.remarks.length > 0 && (
        <details>
          <summary>{t(texts.remarks)}</summary>
          <ul class="remarks" lang="en">
            {device.remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
