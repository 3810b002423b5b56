import { describe, expect, it } from 'vitest';
import { openBus } from '../../src/core/bus/bus.ts';
import type { Device } from '../../src/core/device.ts';
import { line } from '../../src/core/line.ts';
import { groupsNamed, place, poll } from '../../src/core/read.ts';
import mt1 from '../../src/devices/neva/mt1xx.ts';
import mt3 from '../../src/devices/neva/mt3xx.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { parseLink } from '../../src/node/link-address.ts';
import { openLink } from '../../src/node/parse-link.ts';
import { rfc2217ListenLink } from '../../src/node/rfc2217-listen.ts';
import { site, type SimulatedDevice } from '../../src/simulator/site.ts';
import { rig } from './rig.ts';

/**
 * A meter at an optical head: it begins at 300 baud and changes to 9600 within the dialogue. The line tells at which
 * rate each character was sent, and what is sent at another one than is listened at is garbage.
 */

/** A device that has learnt nothing yet. */
const fresh = (): Device => mt3.access?.through({}) ?? mt3;
const optical = (): SimulatedDevice => ({ device: fresh(), options: { optical: 'yes' } });
/** Milliseconds of so many characters of ten bits. */
const wire = (characters: number, baud: number): number => (characters * 10_000) / baud;

describe('from 300 to 9600 baud', () => {
  it('reads; sign-on and option select at 300, everything behind at 9600, the port as before at the end', async () => {
    const { read, rates, transcript } = rig([optical()]);
    const { groups, faults } = await read(['energy']);
    expect(faults).toEqual({});
    expect(groups.energy?.total).toBeGreaterThan(0);
    const from = transcript.indexOf('< /TPC5NEVAMT324.2303') - 1;
    expect(transcript.slice(from, from + 4)).toEqual([
      '> /?!',
      '< /TPC5NEVAMT324.2303',
      '> ACK 051',
      '< P0(00000000)',
    ]);
    expect(rates.slice(from, from + 3)).toEqual([300, 300, 300]);
    expect(new Set(rates.slice(from + 3))).toEqual(new Set([9600]));
  });

  it('takes what the wire and the meter take, and nothing more than a tenth', async () => {
    const { read, transcript, clock } = rig([optical()]);
    await read(['energy']); // what worked is remembered
    transcript.length = 0;
    const began = clock.now();
    await read(['energy']);
    const took = clock.now() - began;
    const [head, tail] = [transcript.slice(0, 3), transcript.slice(3)];
    const count = (part: readonly string[]): number =>
      part.reduce((sum, one) => sum + one.length - 2 + (/[RWPB]\d|\(/.test(one) ? 4 : 2), 0);
    const answers = transcript.filter((one) => one.startsWith('<')).length;
    // 25 ms of the meter and 20 ms of ours for each answer, 200 of the meter behind the change of the rate
    const floor = wire(count(head), 300) + wire(count(tail), 9600) + answers * 45 + 200 - 25;
    expect(took).toBeLessThan(1.1 * floor);
    expect(took).toBeGreaterThan(0.9 * floor);
  });

  it.each([
    ['the first character behind the change is lost', 'headless'],
    ['two characters of garbage come first', 'garbage-head'],
  ])('P0 is understood all the same when %s', async (_, fault) => {
    const { run, site: world, transcript, at } = rig([optical()]);
    const [station] = world.stations;
    // Only P0 is spoilt
    hooked(transcript, (said) => station?.fault(fault, said === '> ACK 051' ? 1 : 0));
    const seen = await run(() => at().device.probe(0));
    expect(seen).toEqual({ identification: 'TPC5NEVAMT324.2303' });
    expect(transcript.filter((one) => one === '> /?!')).toHaveLength(2);
    expect(transcript).toContain('< ACK ');
  });

  it('a meter that stays at 300 although it agreed is a fault with a reason, not a hang', async () => {
    const { read, site: world, clock } = rig([optical()]);
    world.stations[0]?.fault('mute', 1);
    const began = clock.now();
    const { faults } = await read(['energy']);
    expect(faults.energy).toMatchObject({ code: 'timeout' });
    expect(faults.energy?.hint).toContain('baud rates differ');
    expect(clock.now() - began).toBeLessThan(20_000);
  });

  it('changes to 2400 where the meter offers no more', async () => {
    const { read, rates } = rig([{ device: mt1, options: { optical: 'yes', preset: 'mt123.2301' } }]);
    const { faults } = await read(['clock']);
    expect(faults).toEqual({});
    expect(new Set(rates.slice(-6))).toEqual(new Set([2400]));
  });
});

describe('what worked', () => {
  it('is tried first the next time', async () => {
    const { read, rates, transcript } = rig([optical()]);
    await read(['energy']);
    // 9600 first: the meter hears garbage, and says nothing
    expect(rates[0]).toBe(9600);
    const before = transcript.length;
    await read(['energy']);
    expect(rates[before]).toBe(300);
  });

  it('can be kept for the next run', async () => {
    const one = optical();
    await rig([one]).read(['energy']);
    const kept = one.device.access?.learnt?.(0);
    expect(kept).toEqual({ first: '300' });
    const next = rig([{ ...optical(), device: mt3.access?.through(kept ?? {}) ?? mt3 }]);
    await next.read(['energy']);
    expect(next.rates[0]).toBe(300);
  });
});

/** Calls back with each line of a transcript. */
function hooked(transcript: string[], call: (said: string) => void): void {
  const push = transcript.push.bind(transcript);
  transcript.push = (...items) => {
    for (const item of items) call(item);
    return push(...items);
  };
}

describe('over a remote serial port (RFC 2217)', () => {
  it('changes the rate at the other end, and is answered at the new one', async () => {
    const listening = parseLink('rfc2217-listen://127.0.0.1:0');
    if (listening.kind !== 'rfc2217-listen') throw new Error('no such link');
    const served = rfc2217ListenLink(listening);
    const stop = new AbortController();
    const world = site({ clock: systemClock, devices: [optical()], seed: 7 });
    const port = await served.listening();
    const seen: number[] = [];
    const playing = (async () => {
      const channel = await served.connect(line(300, '7E1'), stop.signal);
      channel.onLine(({ baud }) => seen.push(baud));
      await world.serve(channel);
    })().catch(() => undefined); // the reader hangs up
    const bus = openBus(openLink(`rfc2217://127.0.0.1:${port}`), line(300, '7E1'), systemClock);
    try {
      const device = mt3.access?.through({ start: '300' }) ?? mt3;
      const { groups, faults } = await poll(place(bus, device, 0), groupsNamed(device, ['clock']));
      expect(faults).toEqual({});
      expect(groups.clock?.date).toMatch(/^20\d\d-\d\d-\d\d$/);
      // Down to 300 for the sign-on, up to 9600 behind the option select, back at the end
      expect(seen.filter((baud, index) => baud !== seen[index - 1])).toEqual([300, 9600, 300]);
    } finally {
      await bus.close();
      world.stop();
      stop.abort();
      await playing;
      await served.shut();
    }
  }, 20_000);
});
