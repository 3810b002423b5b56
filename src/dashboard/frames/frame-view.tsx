import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiDevice, ApiFrame, ApiFramePart } from '../../core/site/api.ts';
import { titleText } from '../i18n/catalogue.ts';
import { common } from '../i18n/common-texts.ts';
import { UNKNOWN, valueText } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { fieldAt, placeIn } from './frame-names.ts';
import { frameTexts } from './frame-texts.ts';

/** Colours of parts; neighbours never have the same. */
const COLOURS = 6;

/**
 * A frame explained: its bytes in the colours of the fields they belong to, and the fields with their values. Knows
 * nothing of a gateway: give it what a decoder made of the bytes.
 */
export function FrameView({
  frame,
  devices,
}: {
  readonly frame: ApiFrame;
  /** The catalogue, for titles of what stands in lists; may be empty. */
  readonly devices: readonly ApiDevice[];
}): JSX.Element {
  const [lit, setLit] = useState<number>();
  const values = Object.entries(frame.values ?? {});
  return (
    <article class="card frame-view">
      <header>
        <Verdict frame={frame} />
        <span class="quiet">{aboutOf(frame)}</span>
      </header>
      {frame.message !== undefined && <p class="wrong">{frame.message}</p>}
      <Bytes frame={frame} lit={lit} onLit={setLit} />
      {frame.parts.length === 0 ? (
        <p class="quiet">{t(frameTexts.no_parts)}</p>
      ) : (
        <>
          <p class="quiet">{t(frameTexts.around)}</p>
          <div class="scroll parts" tabIndex={0} role="region" aria-label={t(frameTexts.field)}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t(frameTexts.field)}</th>
                  <th scope="col">{t(common.value)}</th>
                  <th scope="col">{t(frameTexts.place)}</th>
                </tr>
              </thead>
              <tbody>
                {frame.parts.map((part, place) => (
                  <tr
                    key={place}
                    class={lit === place ? 'lit' : undefined}
                    onPointerEnter={() => setLit(place)}
                    onPointerLeave={() => setLit(undefined)}
                  >
                    <td>
                      <i class={`swatch part-${place % COLOURS}`} /> {partTitle(part, frame, devices)}{' '}
                      <code class="quiet">{part.path}</code>
                    </td>
                    <td>
                      {part.problem === undefined ? (
                        partText(part, frame, devices)
                      ) : (
                        <span class="wrong">{part.problem}</span>
                      )}
                    </td>
                    <td class="quiet">
                      {part.start}–{part.end - 1}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {values.length > 0 && (
        <details>
          <summary>{t(frameTexts.values)}</summary>
          <pre tabIndex={0}>{JSON.stringify(frame.values, null, 2)}</pre>
        </details>
      )}
    </article>
  );
}

/** Whether a frame is good, in words. */
export function Verdict({
  frame,
}: {
  readonly frame: Pick<ApiFrame, 'verdict' | 'unverified'>;
}): JSX.Element {
  const { verdict, unverified } = frame;
  const tone = verdict === 'ok' ? (unverified === true ? 'warn' : 'good') : verdict === 'noise' ? '' : 'bad';
  return <span class={`badge ${tone}`}>{verdictText(verdict, unverified === true)}</span>;
}

function verdictText(verdict: ApiFrame['verdict'], unverified: boolean): string {
  switch (verdict) {
    case 'ok':
      return t(unverified ? frameTexts.unverified : frameTexts.ok);
    case 'noise':
    case 'checksum':
    case 'format':
    case 'length':
    case 'refused':
      return t(frameTexts[verdict]);
    default:
      return t(frameTexts.other, { code: verdict });
  }
}

/** Whose frame it is, and what it carries. */
export function aboutOf({ protocol, device, kind, direction, address }: ApiFrame): string {
  return [
    protocol,
    device,
    direction === undefined ? undefined : t(frameTexts[direction]),
    kind,
    address === undefined ? undefined : t(common.address, { n: address }),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function partTitle(part: ApiFramePart, frame: ApiFrame, devices: readonly ApiDevice[]): string {
  const title = part.title ?? fieldAt(devices, frame, part.path)?.title;
  const place = placeIn(part.path);
  return [title === undefined ? '' : titleText(title), place ?? ''].join(' ').trim();
}

function partText(
  { value, quantity, path }: ApiFramePart,
  frame: ApiFrame,
  devices: readonly ApiDevice[],
): string {
  const known = quantity ?? fieldAt(devices, frame, path)?.quantity;
  if (value === undefined) return UNKNOWN;
  if (known !== undefined) return valueText(value, { quantity: known });
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The bytes, each in the colour of its part; as text where they are one. */
function Bytes({
  frame,
  lit,
  onLit,
}: {
  readonly frame: ApiFrame;
  readonly lit: number | undefined;
  readonly onLit: (place: number | undefined) => void;
}): JSX.Element {
  const bytes = frame.bytes.split(' ').map((pair) => parseInt(pair, 16));
  const isText = bytes.filter((byte) => byte >= 0x20 && byte < 0x7f).length > bytes.length * 0.8;
  const [asText, setAsText] = useState(isText);
  const owner = (at: number): number => frame.parts.findIndex(({ start, end }) => start <= at && at < end);
  return (
    <>
      <div class="row">
        {[true, false].map((text) => (
          <label key={String(text)} class="inline">
            <input type="radio" checked={asText === text} onChange={() => setAsText(text)} />
            <span>{t(text ? frameTexts.as_text : frameTexts.as_hex)}</span>
          </label>
        ))}
      </div>
      <p class={asText ? 'bytes mono text' : 'bytes mono'} aria-label={t(frameTexts.bytes)} role="group">
        {bytes.map((byte, at) => {
          const part = owner(at);
          const last = frame.parts[part]?.end === at + 1;
          return (
            <span
              key={at}
              class={`${part === -1 ? 'around' : `part-${part % COLOURS}`}${part !== -1 && part === lit ? ' lit' : ''}${last ? ' last' : ''}`}
              onPointerEnter={() => onLit(part === -1 ? undefined : part)}
            >
              {asText ? charText(byte) : byte.toString(16).padStart(2, '0').toUpperCase()}
            </span>
          );
        })}
      </p>
    </>
  );
}

/** A byte as a character; what has no picture as an escape. */
export function charText(byte: number): string {
  if (byte === 13) return '\\r';
  if (byte === 10) return '\\n';
  if (byte === 32) return '\u00a0';
  return byte > 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}
