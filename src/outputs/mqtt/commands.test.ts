import { expect, test } from 'vitest';
import { parseOrder } from './commands.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['on', { value: 'on' }],
  [' 14.2\n', { value: '14.2' }],
  ['', { value: '' }],
  ['{"value": 14.2}', { value: '14.2' }],
  ['{"value": null}', { value: 'off' }],
  ['{}', { value: '' }],
  // 2026-11-21T04:15:00Z is 1,795,234,500 s after the beginning of 1970 (`date -d ... +%s`).
  [
    '{"value": "on", "at": "2026-11-21T06:15:00+02:00", "id": 7}',
    { value: 'on', at: 1_795_234_500_000, id: '7' },
  ],
  ['{"value": "on", "at": 1795234500000}', { value: 'on', at: 1_795_234_500_000 }],
])('the payload %j', (payload, order) => {
  expect(parseOrder(bytes(payload))).toEqual(order);
});

test.each([
  ['{"value": [1]}', /the value of a command is \[1\]: expected a number or a text/],
  ['{"value": 1', /no JSON/],
  ['{"value": 1, "at": "yesterday"}', /the time of a command is "yesterday": expected 2026-/],
  ['x'.repeat(5000), /5000 bytes: expected at most 4096/],
])('refuses %j', (payload, says) => {
  expect(() => parseOrder(bytes(payload))).toThrow(says);
});
