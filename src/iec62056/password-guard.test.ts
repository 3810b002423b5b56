import { describe, expect, it } from 'vitest';
import type { PasswordPast } from '../core/device.ts';
import type { Exchange } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import { passwordGuard, type PasswordGuard } from './password-guard.ts';
import { Refusal } from './refusal.ts';

const NAK = new Refusal('password', '', 'P1: the meter refused the password with NAK', { doubtful: true });
const ERROR = new Refusal('password', '02', 'P1: the meter refused the password with (02)');

/** What comes of a session that ends so; `sent` counts those that were begun. */
function attempts(guard: PasswordGuard) {
  const seen = { sent: 0 };
  // eslint-disable-next-line require-yield -- nothing is said to a meter here
  const session = function* (end: Fault | undefined): Exchange<string> {
    seen.sent++;
    if (end !== undefined) throw end;
    guard.accepted();
    return 'done';
  };
  const run = (end?: Fault): unknown => {
    try {
      return guard.protects(session(end)).next().value;
    } catch (error) {
      return error;
    }
  };
  return { seen, run };
}

describe('a password guard', () => {
  it('lets nothing through after a refusal that is sure', () => {
    const { seen, run } = attempts(passwordGuard());
    expect(run(ERROR)).toMatchObject({ code: 'refused', rests: true, objection: 'password', answer: '02' });
    expect(run()).toMatchObject({ message: `${ERROR.message}; it is not sent again`, rests: true });
    expect(seen.sent).toBe(1);
  });

  it('takes a second doubtful one in a row for a refusal, a third where it was accepted before', () => {
    const fresh = attempts(passwordGuard());
    expect([fresh.run(NAK), fresh.run(NAK), fresh.run()]).toMatchObject([
      { rests: false },
      { rests: true },
      { rests: true },
    ]);
    expect(fresh.seen.sent).toBe(2);

    const proven = attempts(passwordGuard());
    expect([proven.run(), proven.run(NAK), proven.run(NAK), proven.run(), proven.run(NAK)]).toMatchObject([
      'done',
      { rests: false },
      { rests: false },
      'done',
      { rests: false },
    ]);
    expect([proven.run(NAK), proven.run(NAK), proven.run()]).toMatchObject([
      { rests: false },
      { rests: true },
      { rests: true },
    ]);
    expect(proven.seen.sent).toBe(7);
  });

  it('goes on with what was noted of the password, and tells what becomes of it', () => {
    const noted: (PasswordPast | undefined)[] = [];
    const note = (past: PasswordPast | undefined): void => void noted.push(past);

    const doubted = attempts(passwordGuard({ past: { refusals: 1 }, note }));
    expect([doubted.run(NAK), doubted.run()]).toMatchObject([{ rests: true }, { rests: true }]);
    expect(noted.splice(0)).toEqual([{ refusals: 2, wrong: NAK.message }]);

    const wrong = attempts(passwordGuard({ past: { refusals: 1, wrong: ERROR.message }, note }));
    expect(wrong.run()).toMatchObject({ message: `${ERROR.message}; it is not sent again`, rests: true });
    expect(wrong.seen.sent).toBe(0);

    const right = attempts(passwordGuard({ past: { refusals: 1 }, note }));
    for (const end of [undefined, undefined, NAK, undefined]) right.run(end);
    expect(noted).toEqual([undefined, { refusals: 1 }, undefined]);
  });

  it('lets other faults pass', () => {
    const { seen, run } = attempts(passwordGuard());
    const silence = new Fault('timeout', 'no answer');
    expect([run(silence), run(silence), run(silence)]).toEqual([silence, silence, silence]);
    expect(run()).toBe('done');
    expect(seen.sent).toBe(4);
  });
});
