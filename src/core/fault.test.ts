import { expect, test } from 'vitest';
import { Fault, faultOf } from './fault.ts';

test('a fault is an error with a stable word and what is known of the cause', () => {
  const cause = new Error('EIO');
  const fault = new Fault('link', 'the port is gone', {
    hint: 'is it plugged in?',
    bytes: Uint8Array.of(1),
    cause,
  });
  expect(fault).toBeInstanceOf(Error);
  expect(fault).toMatchObject({ name: 'Fault', code: 'link', message: 'the port is gone', cause });
  expect(fault).toMatchObject({ hint: 'is it plugged in?', bytes: Uint8Array.of(1), evidence: undefined });
  expect('cause' in new Fault('timeout', 'silence')).toBe(false);
});

test('faultOf leaves faults as they are and wraps everything else under a word', () => {
  const fault = new Fault('refused', 'no');
  expect(faultOf(fault, 'link')).toBe(fault);
  const error = new TypeError('x is undefined');
  expect(faultOf(error, 'format')).toMatchObject({ code: 'format', message: 'x is undefined', cause: error });
  expect(faultOf('plain words', 'link')).toMatchObject({
    code: 'link',
    message: 'plain words',
    cause: 'plain words',
  });
});
