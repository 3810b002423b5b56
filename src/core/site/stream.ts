import { Fault } from '../fault.ts';
import { isRecord, type Snapshot, type Value, type Values } from '../snapshot.ts';
import type { Entry } from './output.ts';

/** Version of the layout below. It rises when a consumer of the old layout would misread the new one; additions are free. */
export const STREAM_SCHEMA = 1;

/** Who speaks in a stream. */
export interface StreamSource {
  readonly site: string;
  /** Id of the gateway, made once and kept: unique in a fleet, where many sites may be called `home`. */
  readonly gateway: string;
  /** Id of this run of the gateway. */
  readonly boot: string;
}

/**
 * One snapshot on its way to a consumer of many sites.
 *
 * `gateway` and `seq` name the message: the same pair twice is the same message twice. A sample is named by gateway,
 * device, group, path of the value, and `at`: whoever stores them under that key may take every message any number of
 * times. `seq` never falls, except when messages come again after a broken connection.
 */
export interface StreamMessage extends StreamSource {
  readonly schema: typeof STREAM_SCHEMA;
  readonly seq: number;
  /** Name of the member. */
  readonly device: string;
  /** Serial number of the device, where it tells it: names it wherever it is moved. */
  readonly serial_number?: string;
  readonly group: string;
  /** When it was measured, UTC: `2026-11-21T04:15:00.123Z`. */
  readonly at: string;
  readonly kind: Snapshot['kind'];
  /** `clock_unsynced`: the gateway's clock had not been set when this was measured. */
  readonly quality: 'good' | 'clock_unsynced';
  readonly values: Values;
}

/** Before this the clock of a gateway cannot be right: 2026-01-01T00:00Z. */
const EARLIEST = 1_767_225_600_000;

/** A snapshot of the journal as a message. */
export function streamMessage(
  { sequence, snapshot }: Extract<Entry, { what: 'snapshot' }>,
  source: StreamSource,
  serialNumber: string | undefined,
): StreamMessage {
  const { device, group, at, kind, values } = snapshot;
  return {
    schema: STREAM_SCHEMA,
    ...source,
    seq: sequence,
    device,
    ...(serialNumber === undefined ? {} : { serial_number: serialNumber }),
    group,
    at: new Date(at).toISOString(),
    kind,
    // What a device kept carries the device's time, which may be old.
    quality: kind === 'live' && at < EARLIEST ? 'clock_unsynced' : 'good',
    values,
  };
}

/** Names a message for brokers that drop what they had before. */
export function streamKey({ gateway, seq }: Pick<StreamMessage, 'gateway' | 'seq'>): string {
  return `${gateway}/${seq}`;
}

/** Reads a message. Throws a `format` fault that says what is wrong. */
export function parseStreamMessage(text: string): StreamMessage {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new Fault('format', 'a message of the stream is no JSON', { cause });
  }
  // `JSON.parse` gives nothing but what `Value` lists.
  const of = read as Value;
  if (!isRecord(of)) throw new Fault('format', 'a message of the stream is no JSON object');
  const bad = (name: string, expected: string): Fault =>
    new Fault('format', `'${name}' of a stream message is ${JSON.stringify(of[name])}: expected ${expected}`);
  if (of.schema !== STREAM_SCHEMA) {
    throw new Fault(
      'format',
      `a stream message has schema ${JSON.stringify(of.schema)}: this program knows ${STREAM_SCHEMA}`,
      {
        hint: 'the gateway is newer than the consumer: update the consumer',
      },
    );
  }
  const text_ = (name: string): string => {
    const value = of[name];
    if (typeof value !== 'string' || value === '') throw bad(name, 'a text');
    return value;
  };
  const { seq, kind, quality, values, serial_number: serial } = of;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) throw bad('seq', 'a whole number');
  if (kind !== 'live' && kind !== 'archive') throw bad('kind', 'live or archive');
  if (quality !== 'good' && quality !== 'clock_unsynced') throw bad('quality', 'good or clock_unsynced');
  if (!isRecord(values)) throw bad('values', 'an object');
  const at = text_('at');
  if (Number.isNaN(Date.parse(at))) throw bad('at', 'a time like 2026-11-21T04:15:00.123Z');
  return {
    schema: STREAM_SCHEMA,
    site: text_('site'),
    gateway: text_('gateway'),
    boot: text_('boot'),
    seq,
    device: text_('device'),
    ...(typeof serial === 'string' ? { serial_number: serial } : {}),
    group: text_('group'),
    at,
    kind,
    quality,
    values,
  };
}
