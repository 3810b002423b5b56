import { describe, expect, test } from 'vitest';
import { eavesdrop, frame, job, notes, question, world } from '../../../test/core/bus-world.ts';
import { ascii } from '../bytetext.ts';
import { type Exchange, listen, type Step } from '../exchange.ts';
import { Fault } from '../fault.ts';
import { line } from '../line.ts';

describe('work that only listens', () => {
  test('hears what other masters and their devices say, without a job of ours', async () => {
    const w = world();
    w.say(frame('z?volts'), 50);
    w.say(frame('z!volts'), 80);
    expect(await w.clock.run(w.bus.overhear(() => eavesdrop('z!')))).toBe('z!volts');
    expect(w.clock.now()).toBe(80);
    expect(w.heard).toEqual([]); // nothing was sent
    expect(w.bus.health()).toMatchObject({ frames: 1, foreign: 1, staleBytes: 0 });
    expect(await w.close()).toBe(true);
  });

  test('hears the answers to our own jobs, which it neither delays nor takes away', async () => {
    const w = world();
    w.devices.set('a', 10);
    const overheard = w.bus.overhear(() => eavesdrop('a!'));
    expect(await w.clock.run(w.bus.run(job('a')))).toBe('a!volts');
    expect(w.clock.now()).toBe(20 + 10);
    expect(await w.clock.run(overheard)).toBe('a!volts');
    expect(await w.close()).toBe(true);
  });

  test('hears two frames that came at once one after the other', async () => {
    const w = world();
    w.say(frame('z!one') + frame('z!two'), 50);
    const both = function* (): Exchange<string> {
      return `${yield* eavesdrop('z!one')} ${yield* eavesdrop('z!two')}`;
    };
    expect(await w.clock.run(w.bus.overhear(both))).toBe('z!one z!two');
    expect(await w.close()).toBe(true);
  });

  test('several at once each hear everything', async () => {
    const w = world();
    w.say(frame('z!one'), 50);
    const all = [1, 2, 3].map(() => w.bus.overhear(() => eavesdrop('z!')));
    expect(await w.clock.run(Promise.all(all))).toEqual(['z!one', 'z!one', 'z!one']);
    expect(await w.close()).toBe(true);
  });

  test('is not ended by a broken frame, since what follows may be good', async () => {
    const w = world();
    w.say(frame('z!one', 1), 50);
    w.say(frame('z!one'), 500);
    expect(await w.clock.run(w.bus.overhear(() => eavesdrop('z!')))).toBe('z!one');
    expect(w.bus.health()).toMatchObject({ bad: 1 });
    expect(await w.close()).toBe(true);
  });

  test('ends with a timeout that says so when nothing is to be heard', async () => {
    const w = world();
    expect(await w.outcome(w.bus.overhear(() => eavesdrop('z!', 700)))).toMatchObject({
      code: 'timeout',
      message: 'anything that begins with z!: nothing heard within 700 ms; the line stayed silent',
    });
    expect(w.clock.now()).toBe(700);
    expect(await w.outcome(w.bus.overhear(() => listenPlain(), { response: 50 }))).toBeInstanceOf(Fault);
    expect(w.clock.now()).toBe(750); // without a time of its own, that of the device
    expect(await w.close()).toBe(true);
  });

  const forbidden: readonly Step[] = [
    { do: 'say', bytes: ascii('x') },
    { do: 'ask', bytes: ascii('x'), what: 'x', framing: notes, accept: () => 'take' },
    { do: 'line', line: line(300) },
    { do: 'quiet', milliseconds: 1 },
  ];
  test.each(forbidden)("may not '$do'", async (step) => {
    const w = world();
    const talker = function* (): Exchange<string> {
      yield step;
      return 'spoke';
    };
    expect(await w.outcome(w.bus.overhear(talker))).toMatchObject({
      code: 'config',
      message: `a listen-only job wants to '${step.do}'`,
    });
    expect(w.heard).toEqual([]);
    expect(await w.close()).toBe(true);
  });

  test('can be cancelled, and ends when the line goes or the bus closes', async () => {
    const w = world();
    const control = new AbortController();
    const cancelled = w.outcome(w.bus.overhear(() => eavesdrop('z!'), {}, control.signal));
    w.clock.after(100, () => control.abort());
    expect(await cancelled).toMatchObject({ code: 'cancelled' });

    const lost = w.outcome(w.bus.overhear(() => eavesdrop('z!')));
    w.clock.after(100, () => w.wire.cut('cable pulled'));
    expect(await lost).toMatchObject({ code: 'link', message: 'memory:: cable pulled' });

    await w.clock.advance(2_000);
    const closed = w.bus.overhear(() => eavesdrop('z!')).catch((error: unknown) => error);
    await w.clock.advance(1);
    expect(await w.close()).toBe(true);
    expect(await closed).toMatchObject({ code: 'cancelled' });
  });

  test('that throws by mistake ends with a fault and leaves jobs alone', async () => {
    const w = world();
    w.devices.set('a', 10);
    const broken = w.bus.overhear(() =>
      listen({
        what: 'x',
        framing: notes,
        accept: () => {
          throw new TypeError('while judging');
        },
      }),
    );
    const overheard = w.outcome(broken);
    expect(await w.clock.run(w.bus.run(job('a')))).toBe('a!volts');
    expect(await overheard).toMatchObject({ code: 'format', cause: expect.any(TypeError) as TypeError });
    expect(await w.clock.run(w.bus.run(job('a', { exchange: () => question('a', 'amps') })))).toBe('a!amps');
    expect(await w.close()).toBe(true);
  });
});

/** Listens without a time of its own. */
function* listenPlain(): Exchange<string> {
  return yield* listen<string>({ what: 'anything', framing: notes, accept: () => 'take' });
}
