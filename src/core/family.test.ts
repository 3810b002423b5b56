import { describe, expect, test } from 'vitest';
import type { Device } from './device.ts';
import type { Exchange } from './exchange.ts';
import { family } from './family.ts';
import { Fault } from './fault.ts';

/** As much of a device as a family looks at. */
function member(id: string, probe: () => void, overhears = true): Device {
  function* tried(): Exchange<never> {
    yield { do: 'quiet', milliseconds: 1 };
    probe();
    return undefined as never; // what a probe brings is of no interest here
  }
  const part: Pick<Device, 'id' | 'probe' | 'overhear'> = {
    id,
    probe: tried,
    ...(overhears ? { overhear: tried } : {}),
  };
  return part as Device; // the rest of a device is never asked for
}

const fits = (): void => undefined;
const misfit = (): void => {
  throw new Fault('format', 'five values where three belong');
};
const silent = (): void => {
  throw new Fault('timeout', 'nobody');
};

/** Carries out an exchange whose steps bring nothing. */
function outcome(exchange: Exchange<Device>): { id: string; steps: number } {
  let steps = 0;
  let turn = exchange.next();
  for (; turn.done !== true; turn = exchange.next()) steps++;
  return { id: turn.value.id, steps };
}

describe('a family asks its members in order', () => {
  test('and is the first whose layout the answer fits', () => {
    const of = family('juntek', 'Juntek', [member('kh', misfit), member('kg', fits), member('kl', fits)]);
    expect(outcome(of.identify(1))).toEqual({ id: 'kg', steps: 2 });
  });

  test('but not the next one when there was no answer, which nobody else would get either', () => {
    const of = family('juntek', 'Juntek', [member('kh', silent), member('kg', fits)]);
    expect(() => outcome(of.identify(1))).toThrow(expect.objectContaining({ code: 'timeout' }));
  });

  test('and ends with the misfit of the last when nobody fits', () => {
    const of = family('juntek', 'Juntek', [member('kh', misfit)]);
    expect(() => outcome(of.identify(1))).toThrow(expect.objectContaining({ code: 'format' }));
  });

  test('and passes an error of the program on', () => {
    const broken = (): void => {
      throw new TypeError('broken');
    };
    expect(() => outcome(family('x', 'X', [member('a', broken), member('b', fits)]).identify(1))).toThrow(
      TypeError,
    );
  });

  test('while listening, those that can be overheard', () => {
    const of = family('juntek', 'Juntek', [member('kh', fits, false), member('kg', fits)]);
    expect(outcome(of.overhear(1))).toEqual({ id: 'kg', steps: 1 });
    const deaf = family('x', 'X', [member('kh', fits, false)]);
    expect(() => outcome(deaf.overhear(1))).toThrow(expect.objectContaining({ code: 'config' }));
  });
});
