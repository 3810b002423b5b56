import { describe, expect, it } from 'vitest';
import { ApiFailure, failureIn, failureOf } from './failure.ts';

describe('a failure', () => {
  it('is what the gateway says of it', () => {
    const said = { code: 'config', message: 'no', hint: 'try', where: 'body' };
    expect(failureIn(400, JSON.stringify(said))).toEqual({ code: 'config', message: 'no', hint: 'try' });
  });

  it.each(['<html>502 Bad Gateway</html>', '', '{}', 'null', '[1]'])(
    'of a proxy is none of ours: %j',
    (text) => {
      expect(failureIn(502, text)).toEqual({ code: 'unreachable', message: 'HTTP 502' });
    },
  );

  it('is found in whatever was thrown', () => {
    const failure = { code: 'timeout', message: 'late' } as const;
    expect(failureOf(new ApiFailure(failure))).toBe(failure);
    expect(failureOf(new TypeError('Failed to fetch'))).toEqual({
      code: 'unreachable',
      message: 'Failed to fetch',
    });
  });
});
