import { expect, test } from 'vitest';
import type { Access, Device } from './device.ts';
import { reached } from './reach.ts';

/** The least of a device that this module looks at: nothing else of it is touched. */
function deviceWith(access: Access | undefined): Device {
  return {
    id: 'x',
    timing: {},
    groups: [],
    ...(access === undefined ? {} : { access }),
  } as unknown as Device;
}

test('a device that learns of its line is another one for each who reaches it, also without settings', () => {
  const made: Device[] = [];
  const learning = deviceWith({
    settings: {},
    through: () => {
      const fresh = deviceWith(undefined);
      made.push(fresh);
      return fresh;
    },
  });
  reached(learning, {});
  reached(learning, {});
  expect(made).toHaveLength(2);
});

test('settings of a device that has none are refused', () => {
  expect(() => reached(deviceWith(undefined), { access: { password: '1' } })).toThrow(/has no password/);
});
