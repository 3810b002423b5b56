import { Fault } from '../fault.ts';
import type { Field } from '../field.ts';
import { isList, isRecord, type Value, type Values } from '../snapshot.ts';
import type { SiteEvent } from './event.ts';
import { memberGroup } from './member.ts';
import type { Entry } from './output.ts';
import { valueWithRole } from './role.ts';
import type { SiteView } from './state.ts';
import { streamKey, streamMessage, type StreamSource } from './stream.ts';

/** An entry of the journal as every transport sends it. */
export interface EntryMessage {
  readonly payload: string;
  /** Names it for brokers that drop what they had before. */
  readonly key: string;
}

/** An entry of the journal as a message: a snapshot without raw codes, as `StreamMessage`; an event with who says it. */
export function entryMessage(
  entry: Entry,
  source: StreamSource,
  view: Pick<SiteView, 'state'>,
): EntryMessage {
  const key = streamKey({ gateway: source.gateway, seq: entry.sequence });
  if (entry.what === 'event') {
    const { at, ...event } = entry.event;
    const message = { ...source, seq: entry.sequence, at: new Date(at).toISOString(), ...event };
    return { payload: JSON.stringify(message), key };
  }
  const { device, group, values } = entry.snapshot;
  const state = view.state(device);
  const known = state === undefined ? undefined : memberGroup(state.member, group);
  const serial = state === undefined ? undefined : valueWithRole(state, 'serial_number');
  const shown = known === undefined ? values : publicValues(known.fields, values);
  const message = streamMessage(
    { ...entry, snapshot: { ...entry.snapshot, values: shown } },
    source,
    serial === undefined || serial === '' ? undefined : String(serial),
  );
  return { payload: JSON.stringify(message), key };
}

/** The values that are known, without raw codes. */
export function publicValues(fields: readonly Field[], values: Values): Record<string, Value> {
  const out: Record<string, Value> = {};
  for (const { name, kind, items } of fields) {
    const value = values[name];
    if (kind === 'raw' || value === undefined) continue;
    out[name] =
      items !== undefined && isList(value)
        ? value.map((one) => (isRecord(one) ? publicValues(items, one) : one))
        : value;
  }
  return out;
}

const KINDS: readonly SiteEvent['kind'][] = [
  'alarm_raised',
  'alarm_cleared',
  'alarm_acknowledged',
  'write',
  'loss',
  'gateway',
];

/** Reads the message of an event. Throws a `format` fault that says what is wrong. */
export function parseEventMessage(text: string): { readonly site: string; readonly event: SiteEvent } {
  let of: Value;
  try {
    of = JSON.parse(text) as Value; // gives nothing but what `Value` lists
  } catch (cause) {
    throw new Fault('format', 'the message of an event is no JSON', { cause });
  }
  if (!isRecord(of)) throw new Fault('format', 'the message of an event is no JSON object');
  const { site, at, subject, text: says, member, detail } = of;
  const kind = KINDS.find((one) => one === of.kind);
  const severity = (['info', 'warning', 'critical'] as const).find((one) => one === of.severity);
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (
    typeof site !== 'string' ||
    typeof subject !== 'string' ||
    typeof says !== 'string' ||
    kind === undefined ||
    severity === undefined ||
    Number.isNaN(time)
  ) {
    throw new Fault('format', 'the message of an event has no site, at, kind, severity, subject or text');
  }
  const event = { at: time, kind, severity, subject, text: says };
  return {
    site,
    event: {
      ...event,
      ...(typeof member === 'string' ? { member } : {}),
      ...(isRecord(detail) ? { detail: plain(detail) } : {}),
    },
  };
}

function plain(detail: Values): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(detail).flatMap(([name, value]) =>
      value === undefined || isList(value) || isRecord(value) ? [] : [[name, value]],
    ),
  );
}
