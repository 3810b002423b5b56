import { describe, expect, test } from 'vitest';
import { text } from '../src/core/bytetext.ts';
import { groupOf, type Writable } from '../src/core/device.ts';
import type { Field } from '../src/core/field.ts';
import { quantities, quantity, stateClass } from '../src/core/quantity.ts';
import type { Value } from '../src/core/snapshot.ts';
import { catalog } from '../src/devices/index.ts';

/** Proof 6 of every device (see every-device.test.ts): what documents, metrics and screens take from its definition. */

describe.each(catalog.devices.map((device) => [device.id, device] as const))('6: %s', (_, device) => {
  const rows = device.groups.flatMap((group) => group.fields.map((field) => [group.name, field] as const));

  test('names are unique, quantities known, titles there', () => {
    // Lists of records (packs) and what nobody publishes may be called the same in several groups.
    const names = rows
      .filter(([, field]) => field.items === undefined && field.kind !== 'raw')
      .map(([, field]) => field.name);
    expect(new Set(names).size).toBe(names.length);
    const inside = device.groups.flatMap((group) => [
      group.fields,
      ...group.fields.flatMap((field) => (field.items === undefined ? [] : [field.items])),
    ]);
    for (const fields of inside) expect(new Set(fields.map((field) => field.name)).size).toBe(fields.length);
    for (const field of inside.flat()) {
      expect(field.name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(Object.keys(quantities)).toContain(field.quantity);
      expect(field.title).toMatch(/^[A-Z0-9]/);
      expect(field.source).not.toBe('');
    }
    expect(device.groups.map((group) => group.name)).toEqual([...new Set(device.groups.map((g) => g.name))]);
  });

  test('rows of documents and metrics', () => {
    expect(rows.map(([group, field]) => row(group, field)).join('\n')).toMatchSnapshot();
    expect(device.writables.map(writableRow).join('\n')).toMatchSnapshot();
  });

  test.each(device.writables.map((writable) => [writable.name, writable] as const))(
    'writable %s has a range, an encoder, and a proof by reading back or a reason why not',
    (name, writable) => {
      const { accepts, readback, remark = '' } = writable;
      if (accepts.form === 'number') expect(accepts.lowest).toBeLessThan(accepts.highest);
      const frames = samples(writable).map((value) => text(writable.frame(1, value)));
      expect(frames.every((frame) => frame.length > 0)).toBe(true);
      expect(new Set(frames).size).toBe(frames.length);
      for (const group of readback) expect(device.groups.map((one) => one.name)).toContain(group);
      expect(readback.length).toBeGreaterThan(0);
      for (const value of samples(writable)) {
        const expectations = writable.expects(value, {});
        const moves = writable.addressAfter(1, 2) === 2;
        if (!moves) expect(expectations.length > 0 || /read(ing)? back/.test(remark), name).toBe(true);
        for (const { group, field } of expectations) {
          expect(readback).toContain(group);
          expect(groupOf(device, group)?.fields.map((one) => one.name)).toContain(field);
        }
      }
    },
  );
});

/** Values of a writable at the ends of what it takes. */
function samples({ accepts }: Writable): Value[] {
  switch (accepts.form) {
    case 'trigger':
      return [true];
    case 'word':
      return [...accepts.words];
    case 'text':
      return [...accepts.examples];
    case 'number':
      return [accepts.lowest, accepts.highest, ...(accepts.off ? [null] : [])];
  }
}

function row(group: string, field: Field): string {
  const { unit, metric, deviceClass = '' } = quantity(field.quantity);
  const state = stateClass(field.kind, field.quantity) ?? '';
  return [
    `${group}.${field.name}`,
    field.title,
    unit,
    field.kind,
    metric,
    deviceClass,
    state,
    field.source,
  ].join(' | ');
}

function writableRow({ name, title, unit, accepts, risk, broadcast }: Writable): string {
  return [name, title, unit, JSON.stringify(accepts), risk, broadcast ? 'broadcast' : ''].join(' | ');
}
