import { describe, expect, it } from 'vitest';
import { carryOut, planWrite } from '../../src/core/write.ts';
import mt1 from '../../src/devices/neva/mt1xx.ts';
import mt3 from '../../src/devices/neva/mt3xx.ts';
import type { Writable } from '../../src/core/device.ts';
import { rig } from './rig.ts';

/** What a person types after the name of a writable. */
function examples({ accepts }: Writable): string[] {
  switch (accepts.form) {
    case 'text':
      return [...accepts.examples];
    case 'word':
      return [...accepts.words];
    case 'number':
      return [String(accepts.lowest), String(accepts.highest)];
    case 'trigger':
      return ['now'];
  }
}

const all = [
  ...mt1.writables.map((one) => [mt1, one] as const),
  ...mt3.writables.map((one) => [mt3, one] as const),
].flatMap(([device, one]) => examples(one).map((value) => [device.id, one.name, value, device] as const));

describe('a write is carried out, and proven by reading back', () => {
  it.each(all)('%s %s=%s', async (_, name, value, device) => {
    const options = name === 'relay' ? { preset: 'mt114.3101' } : {};
    const { clock, at, transcript } = rig([{ device, options }]);
    const report = await clock.run(carryOut(at(), planWrite(device, 0, `${name}=${value}`)));
    expect(report.outcome).toBe('confirmed');
    const written = transcript.findIndex((line) => line.startsWith('> W1'));
    // Acknowledged, then read back in the same session
    expect(transcript.slice(written + 1, written + 3)).toEqual([
      '< ACK ',
      `> R1${transcript[written]?.slice(4, 12) ?? ''}()`,
    ]);
  });

  it('is a fault when the meter refuses, as with its programming button not pressed', async () => {
    const { clock, at } = rig([{ device: mt3, faults: [['locked', 1]] }]);
    const outcome = clock.run(carryOut(at(), planWrite(mt3, 0, 'place=FLAT 12 STAIR 03')));
    await expect(outcome).rejects.toMatchObject({ code: 'refused' });
  });

  it('is a fault when something else is read back', async () => {
    const { run, at } = rig([{ device: mt3 }]);
    const { device } = at();
    const time = device.writables.find(({ name }) => name === 'time');
    if (time === undefined) throw new Error('no time');
    // The meter acknowledges noon, and shows one o'clock
    await expect(
      run(function* () {
        const write = time.write(0, '12:00:00');
        let turn = write.next();
        for (;;) {
          if (turn.done === true) return turn.value;
          const brought: unknown = yield turn.value;
          const lie = JSON.stringify(brought ?? null).includes('000901FF(');
          const frame = brought as { readonly text: string }; // the library's data message
          turn = write.next(lie ? { ...frame, text: '000901FF(130000)' } : brought);
        }
      }),
    ).rejects.toMatchObject({ code: 'readback' });
  });

  it.each([
    ['place=short', "bad value 'short'"],
    ['day_schedule=37:00:00=1', 'there is no day schedule 37'],
    ['special_days=02-30:1', 'there is no day 02-30'],
    ['date=2026-02-30', 'there is no day 2026-02-30'],
    ['network_address=0', 'expected a number from 1 to 99999999'],
  ])('what cannot be written is refused before anything is sent: %s', (assignment, message) => {
    expect(() => planWrite(mt3, 0, assignment)).toThrow(message);
  });
});
