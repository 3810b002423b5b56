import { expect, test } from 'vitest';
import { type Cause, isTakenOver, isVersionRefused, troubleText } from './trouble.ts';

test.each<[Cause, string]>([
  [
    { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1:1883' },
    'mqtt://b: nothing listens there: is the broker running, and is the port right? (connect ECONNREFUSED ::1:1883, ECONNREFUSED)',
  ],
  [{ code: 4 }, 'mqtt://b: user or password is wrong (reason 4)'],
  [
    { code: 142 },
    'mqtt://b: somebody else connected with our client id: does a second gateway use it? (reason 142)',
  ],
  [{ message: 'the connection was closed' }, 'mqtt://b: the connection was closed'],
  [{ code: 'EPIPE', message: 'write EPIPE' }, 'mqtt://b: write EPIPE, EPIPE'],
])('%j as a sentence', (cause, text) => {
  expect(troubleText('mqtt://b', cause)).toBe(text);
});

test('a broker of 3.1.1 refuses the version with 1, NATS with 132', () => {
  expect([1, 132, 4, 'ECONNREFUSED'].map((code) => isVersionRefused({ code }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('142 says that somebody took our place', () => {
  expect([142, 141].map((code) => isTakenOver({ code }))).toEqual([true, false]);
});
