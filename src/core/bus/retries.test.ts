import { describe, expect, test } from 'vitest';
import { askedAt, frame, job, notes, question, world } from '../../../test/core/bus-world.ts';
import { ascii } from '../bytetext.ts';
import { ask, type Exchange } from '../exchange.ts';
import { Fault } from '../fault.ts';

/** Counts the generators made and the steps each of them began with. */
function counted(make: () => Exchange<string>): { exchange: () => Exchange<string>; made: () => number } {
  let made = 0;
  return {
    exchange: () => {
      made++;
      return make();
    },
    made: () => made,
  };
}

describe('a fault that may pass', () => {
  test('is met by asking again, with a fresh exchange each time', async () => {
    const w = world();
    const replies = [frame('a!volts', 1), undefined, frame('a!volts')];
    w.onFrame = () => {
      const reply = replies.shift();
      if (reply !== undefined) w.say(reply, 10);
    };
    const { exchange, made } = counted(() => question('a'));
    expect(await w.clock.run(w.bus.run(job('a', { exchange })))).toBe('a!volts');
    expect([made(), askedAt(w).length]).toEqual([3, 3]);
    expect(w.bus.health().devices.a).toMatchObject({ answered: 1, faults: {}, retries: 2, silentFor: 0 });
    expect(await w.close()).toBe(true);
  });

  test('is believed after so many attempts, and is that of the last', async () => {
    const w = world();
    let asked = 0;
    w.onFrame = () => {
      asked++;
      if (asked === 2) w.say(frame('a!volts', 1), 10);
    };
    const { exchange, made } = counted(() => question('a'));
    const fault = await w.outcome(w.bus.run(job('a', { exchange, timing: { attempts: 2 } })));
    expect([made(), fault]).toEqual([2, expect.objectContaining({ code: 'checksum' })]);
    expect(w.bus.health().devices.a).toMatchObject({ answered: 0, faults: { checksum: 1 }, retries: 1 });
    expect(w.bus.health().devices.a?.lastFault).toContain('the sum does not fit');
    expect(await w.close()).toBe(true);
  });

  test('starts from the beginning: no step of the attempt before is skipped', async () => {
    const w = world();
    let seconds = 0;
    w.onFrame = (body) => {
      if (body === 'a?one') w.say(frame('a!one'), 5);
      if (body === 'a?two' && ++seconds === 2) w.say(frame('a!two'), 5);
    };
    const both = function* (): Exchange<string> {
      return `${yield* question('a', 'one')} ${yield* question('a', 'two')}`;
    };
    expect(await w.clock.run(w.bus.run(job('a', { exchange: both })))).toBe('a!one a!two');
    expect(w.heard.map(({ text }) => text.slice(1, -4))).toEqual(['a?one', 'a?two', 'a?one', 'a?two']);
    expect(await w.close()).toBe(true);
  });
});

describe('no second attempt is made', () => {
  test('when the device refused', async () => {
    const w = world();
    w.onFrame = () => w.say(frame('a!no'), 5);
    const { exchange, made } = counted(() =>
      ask({
        what: 'a',
        bytes: ascii(frame('a?volts')),
        framing: notes,
        accept: () => new Fault('refused', 'a says no'),
      }),
    );
    expect(await w.outcome(w.bus.run(job('a', { exchange })))).toMatchObject({
      code: 'refused',
      message: 'a says no',
    });
    expect(made()).toBe(1);
    expect(await w.close()).toBe(true);
  });

  test('when the program is wrong: the error becomes a fault, and the next job is served', async () => {
    const w = world();
    w.devices.set('a', 5);
    const mistakes: readonly (() => Exchange<string>)[] = [
      () => {
        throw new TypeError('no exchange at all');
      },
      // eslint-disable-next-line require-yield -- a mistake in front of the first step
      function* () {
        throw new TypeError('before the first step');
      },
      () =>
        ask({
          what: 'a',
          bytes: ascii(frame('a?volts')),
          framing: notes,
          accept: () => {
            throw new TypeError('while judging');
          },
        }),
      () =>
        ask({
          what: 'x',
          bytes: ascii(frame('x?volts')),
          framing: notes,
          accept: () => 'skip',
          diagnose: () => {
            throw new TypeError('while diagnosing');
          },
        }),
      () =>
        ask({
          what: 'a',
          bytes: ascii(frame('a?volts')),
          framing: {
            longest: 9,
            scan: () => {
              throw new TypeError('while scanning');
            },
          },
          accept: () => 'take',
        }),
    ];
    for (const exchange of mistakes) {
      const { exchange: attempt, made } = counted(exchange);
      const fault = await w.outcome(w.bus.run(job('a', { exchange: attempt })));
      expect(fault).toBeInstanceOf(Fault);
      expect(fault).toMatchObject({ code: 'format', cause: expect.any(TypeError) as TypeError });
      expect(made()).toBe(1);
      expect(await w.clock.run(w.bus.run(job('a')))).toBe('a!volts');
    }
    expect(await w.close()).toBe(true);
  });

  test('when the exchange itself deals with its fault', async () => {
    const w = world();
    const patient = function* (): Exchange<string> {
      try {
        return yield* question('dead');
      } catch (error) {
        return error instanceof Fault ? `gave up: ${error.code}` : 'odd';
      }
    };
    const { exchange, made } = counted(patient);
    expect(await w.clock.run(w.bus.run(job('dead', { exchange })))).toBe('gave up: timeout');
    expect(made()).toBe(1);
    expect(await w.close()).toBe(true);
  });
});
