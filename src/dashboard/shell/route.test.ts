import { describe, expect, it } from 'vitest';
import { href, parseRoute } from './route.ts';

describe('an address', () => {
  it('comes back from a link as it went in', () => {
    const frame = '~2002 46/00#?&=%\r';
    const { screen, rest, query } = parseRoute(href('explain', ['a/b', 'c d'], { frame, other: undefined }));
    expect([screen, rest, query.get('frame'), query.has('other')]).toEqual([
      'explain',
      ['a/b', 'c d'],
      frame,
      false,
    ]);
  });

  it.each([
    ['', ''],
    ['#', ''],
    ['#/', ''],
    ['#/bus', 'bus'],
    ['#/%E0%A4%A', '%E0%A4%A'],
  ])('%j leads to %j', (fragment, screen) => {
    expect(parseRoute(fragment).screen).toBe(screen);
  });
});
