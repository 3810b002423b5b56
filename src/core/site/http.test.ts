import { describe, expect, it } from 'vitest';
import { faultOf } from '../fault.ts';
import { virtualClock } from '../virtual-clock.ts';
import { asker, type HttpAnswer, type HttpClient } from './http.ts';

const never = new AbortController().signal;

/** A receiver that answers so, and counts how often it was asked. */
function world(answer: Partial<HttpAnswer>, isVerdict?: (answer: HttpAnswer) => boolean) {
  const clock = virtualClock({ date: Date.UTC(2026, 10, 21) });
  const asked = { count: 0 };
  const client: HttpClient = {
    receiver: 'http://there',
    send: () => {
      asked.count++;
      return Promise.resolve({ status: 200, headers: {}, text: '', ...answer });
    },
    close: () => undefined,
  };
  const { ask } = asker(client, clock, isVerdict);
  const outcome = async (): Promise<string> => {
    try {
      return String((await ask({ method: 'POST', path: '/' }, never)).status);
    } catch (error) {
      const { code, message } = faultOf(error, 'config');
      return `${code}: ${message}`;
    }
  };
  return { clock, asked, outcome };
}

describe('an answer', () => {
  it.each([
    [200, '200'],
    [204, '204'],
    // Against the content: sending it again would not help.
    [400, 'refused: http://there answered 400: why'],
    [413, 'refused: http://there answered 413: why'],
    [422, 'refused: http://there answered 422: why'],
    // Against us, or the way there: nothing may be set aside for it.
    [301, 'output: http://there answered 301: why (it wants to be asked elsewhere: it does not say where)'],
    [401, 'output: http://there answered 401: why (user, password or token is wrong)'],
    [403, 'output: http://there answered 403: why (the user or token may not write there)'],
    [404, 'output: http://there answered 404: why (is the URL right, and does the database exist?)'],
    [429, 'output: http://there answered 429: why (we send more than it takes)'],
    [500, 'output: http://there answered 500: why'],
    [503, 'output: http://there answered 503: why'],
  ])('of status %i is %s', async (status, wanted) => {
    expect(await world({ status, text: ' why\n' }).outcome()).toBe(wanted);
  });

  it('of something in between is no verdict about the content', async () => {
    const page = { status: 400, text: '<html>The plain HTTP request was sent to HTTPS port</html>' };
    const { outcome } = world(page, ({ text }) => text.startsWith('{'));
    expect(await outcome()).toMatch(/^output: /);
  });

  it.each([
    ['30', 30],
    // Thirty seconds after the beginning of this clock.
    ['Sat, 21 Nov 2026 00:00:30 GMT', 30],
    // Nobody is left alone for longer than an hour.
    ['86400', 3_600],
  ])('with Retry-After: %s leaves it alone for %i s', async (wanted, seconds) => {
    const { outcome, asked, clock } = world({ status: 503, headers: { 'retry-after': wanted } });
    await outcome();
    await clock.advance(seconds * 1000 - 1);
    expect(await outcome()).toMatch(/^output: .*wants to be left alone for another 1 s/);
    expect(asked.count).toBe(1);
    await clock.advance(1);
    await outcome();
    expect(asked.count).toBe(2);
  });
});
