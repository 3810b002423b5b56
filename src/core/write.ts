import type { Device, Expectation, Writable } from './device.ts';
import { Fault } from './fault.ts';
import { groupsNamed, type Place, poll } from './read.ts';
import { nearest } from './nearest.ts';
import type { Readings, Value } from './snapshot.ts';

/** One write that is checked and ready to be sent. */
export interface PlannedWrite {
  readonly writable: Writable;
  readonly value: Value;
  /** The frame that will be sent. */
  readonly frame: Uint8Array;
}

/** What became of a write. */
export interface WriteReport {
  readonly field: string;
  readonly requested: Value;
  /** Values of the fields concerned before and after, by `group.field`. */
  readonly before: Readonly<Record<string, Value | undefined>>;
  readonly after: Readonly<Record<string, Value | undefined>>;
  /** Acknowledgement as it came; undefined when none did. */
  readonly acknowledgement: Uint8Array | undefined;
  /** `confirmed`: read back as written. `shown`: nothing can be compared, before and after are for the eye. */
  readonly outcome: 'confirmed' | 'shown';
}

/** What can be written, one a line, for messages. */
function writableNames(device: Device): string {
  return device.writables.length === 0 ? 'nothing' : device.writables.map((one) => one.name).join(', ');
}

/**
 * Checks `field=value` against what the device takes. Throws a `config` fault that says what is wrong and what is
 * expected.
 */
export function planWrite(device: Device, address: number, assignment: string): PlannedWrite {
  const [name = '', written = ''] = assignment.split(/=(.*)/s);
  const writable = device.writables.find((one) => one.name === name);
  if (writable === undefined) {
    const close = nearest(
      name,
      device.writables.map((one) => one.name),
    );
    throw new Fault(
      'config',
      `${device.id} has no writable '${name}'${close === undefined ? '.' : `: did you mean '${close}'?`} It has ${writableNames(device)}`,
    );
  }
  if (isEverybody(device, address) && !writable.broadcast) {
    throw new Fault('config', `'${name}' is never sent to address 0, which is every device on the line`);
  }
  const value = valueOf(writable, written.trim());
  return { writable, value, frame: writable.frame(address, value) };
}

/** Whether an address is that of every device on the line. */
function isEverybody(device: Device, address: number): boolean {
  return address === 0 && device.addresses.zero !== 'whoever';
}

/** A value as typed, checked against form and range. */
export function valueOf(writable: Writable, written: string): Value {
  const { accepts, name, unit } = writable;
  const wrong = (expected: string): Fault =>
    new Fault('config', `bad value '${written}' for '${name}': expected ${expected}`);
  switch (accepts.form) {
    case 'trigger':
      if (!/^(|1|yes|now|true)$/.test(written)) throw wrong(`${name}, or ${name}=now`);
      return true;
    case 'word':
      if (!accepts.words.includes(written)) throw wrong(accepts.words.join(' or '));
      return written;
    case 'text':
      if (!new RegExp(`^(?:${accepts.pattern})$`).test(written)) {
        throw wrong(`${accepts.says}, such as ${accepts.examples[0] ?? ''}`);
      }
      return written;
    case 'number': {
      if (accepts.off && /^(off|null|none)$/.test(written)) return null;
      const number = /^[+-]?\d+(\.\d+)?$/.test(written) ? Number(written) : Number.NaN;
      if (!(number >= accepts.lowest && number <= accepts.highest)) {
        const range = `a number from ${accepts.lowest} to ${accepts.highest}${unit === '' ? '' : ` ${unit}`}`;
        throw wrong(accepts.off ? `${range}, or off` : range);
      }
      return number;
    }
  }
}

/**
 * Carries out a planned write: refuses where the device's own state forbids it, reads before, sends once, reads
 * back and compares. Throws `refused` before anything was sent, `readback` when the device does not hold the value.
 */
export async function carryOut(of: Place, plan: PlannedWrite, signal?: AbortSignal): Promise<WriteReport> {
  const { writable, value } = plan;
  const options = signal === undefined ? { rank: 'write' as const } : { rank: 'write' as const, signal };
  const before = isEverybody(of.device, of.address) ? {} : await readBack(of, writable, options);
  guard(writable, before);
  const acknowledgement = await of.bus.run(
    {
      device: of.name,
      rank: 'write',
      exchange: () => writable.write(of.address, value),
      timing: { ...of.device.timing, attempts: 1 },
    },
    signal,
  );
  const there = writable.addressAfter(of.address, value);
  const after = await readBack({ ...of, address: there }, writable, options);
  const expected = writable.expects(value, before);
  for (const expectation of expected) compare(writable, expectation, after);
  const fields = expected.length > 0 ? expected : shownFields(writable, of.device);
  return {
    field: writable.name,
    requested: value,
    before: pick(before, fields),
    after: pick(after, fields),
    acknowledgement,
    // A device that answers at its new address has proven the write by that.
    outcome: expected.length > 0 || there !== of.address || writable.proven === true ? 'confirmed' : 'shown',
  };
}

async function readBack(
  of: Place,
  writable: Writable,
  options: Parameters<typeof poll>[2],
): Promise<Readings> {
  const reading = await poll(of, groupsNamed(of.device, writable.readback), options);
  const fault = Object.values(reading.faults)[0];
  if (fault !== undefined) throw fault;
  return reading.groups;
}

function guard(writable: Writable, now: Readings): void {
  const rule = writable.guard;
  if (rule === undefined) return;
  const value = now[rule.group]?.[rule.field];
  if (typeof value === 'number' && Math.abs(value) <= rule.atMost) return;
  const seen = typeof value === 'number' ? String(value) : 'unknown';
  throw new Fault(
    'refused',
    `'${writable.name}' was not sent: ${rule.field} is ${seen}, at most ${rule.atMost} is allowed`,
    {
      hint: rule.why,
    },
  );
}

function compare(writable: Writable, expected: Expectation, after: Readings): void {
  const found = after[expected.group]?.[expected.field];
  const same =
    typeof found === 'number' && typeof expected.value === 'number'
      ? Math.abs(found - expected.value) <= expected.tolerance + 1e-9
      : JSON.stringify(found) === JSON.stringify(expected.value);
  if (same) return;
  throw new Fault(
    'readback',
    `'${writable.name}' was sent, but ${expected.group}.${expected.field} reads back ${JSON.stringify(found ?? null)} instead of ${JSON.stringify(expected.value)}`,
    {
      hint: 'the device ignored the instruction, limits the value, or took it in another way: look at it before you try again',
    },
  );
}

/** Where nothing can be compared, every field of the groups read back is shown. */
function shownFields(writable: Writable, device: Device): Pick<Expectation, 'group' | 'field'>[] {
  return groupsNamed(device, writable.readback).flatMap((group) =>
    group.fields
      .filter((field) => field.kind !== 'raw')
      .map((field) => ({ group: group.name, field: field.name })),
  );
}

function pick(
  from: Readings,
  fields: readonly Pick<Expectation, 'group' | 'field'>[],
): Record<string, Value | undefined> {
  return Object.fromEntries(fields.map(({ group, field }) => [`${group}.${field}`, from[group]?.[field]]));
}
