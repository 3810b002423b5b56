import { type Bus, openBus } from '../../src/core/bus/bus.ts';
import type { Device } from '../../src/core/device.ts';
import type { Exchange } from '../../src/core/exchange.ts';
import { line } from '../../src/core/line.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { place, type Place, poll, type Reading } from '../../src/core/read.ts';
import { type VirtualClock, virtualClock } from '../../src/core/virtual-clock.ts';
import { seeded } from '../../src/simulator/random.ts';
import { site, type SimulatedDevice, type Site } from '../../src/simulator/site.ts';

/** Simulated meters and a bus at one line, in virtual time. */
export interface Rig {
  readonly clock: VirtualClock;
  readonly bus: Bus;
  readonly site: Site;
  /** What went over the line, in order: `>` to the meters. */
  readonly transcript: string[];
  /** The rate of the port at each line of the transcript. */
  readonly rates: number[];
  readonly read: (groups?: readonly string[], of?: Partial<Place>) => Promise<Reading>;
  /** Carries out an exchange with the first device. */
  readonly run: <R>(exchange: () => Exchange<R>, device?: Device) => Promise<R>;
  readonly at: (address?: number) => Place;
}

/** The line of the rig: what meters on RS485 leave the factory with. */
const LINE = line(9600, '7E1');

const WORDS: Readonly<Record<number, string>> = { 6: 'ACK ', 21: 'NAK ' };

/** What can be printed of some bytes: control characters and block checks are left out. */
function plain(bytes: Uint8Array): string {
  let out = '';
  for (const [index, code] of bytes.entries()) {
    const isCheck = bytes[index - 1] === 3;
    if (!isCheck) out += code < 32 ? (WORDS[code] ?? '') : String.fromCharCode(code);
  }
  return out;
}

/** @param date calendar time at the beginning, `2026-11-20T10:00:00` */
export function rig(devices: readonly SimulatedDevice[], date = '2026-11-20T10:00:00'): Rig {
  const clock = virtualClock({ date: Date.parse(`${date}Z`) });
  const wire = memoryLine(clock, { line: LINE });
  const bus = openBus(wire.link, LINE, clock, { random: seeded(1) });
  const simulated = site({ clock, devices, seed: 7 });
  const transcript: string[] = [];
  const rates: number[] = [];
  const far = {
    ...wire.far,
    get line() {
      return wire.line;
    },
    incoming: (async function* () {
      for await (const bytes of wire.far.incoming) {
        transcript.push(`> ${plain(bytes)}`);
        rates.push(wire.line.baud);
        yield bytes;
      }
    })(),
    write: (bytes: Uint8Array) => {
      transcript.push(`< ${plain(bytes)}`);
      rates.push(wire.line.baud);
      return wire.far.write(bytes);
    },
  };
  void simulated.serve(far);
  const [first] = devices;
  if (first === undefined) throw new Error('no device');
  const at = (address = first.address ?? 0): Place => place(bus, first.device, address);
  return {
    clock,
    bus,
    site: simulated,
    transcript,
    rates,
    at,
    read: (groups, of = {}) => {
      const target = { ...at(), ...of };
      const wanted = target.device.groups.filter(({ name }) => groups?.includes(name) ?? true);
      return clock.run(poll(target, wanted));
    },
    run: (exchange, device = first.device) =>
      clock.run(
        bus.run({ device: 'test', rank: 'user', exchange, timing: { ...device.timing, attempts: 1 } }),
      ),
  };
}
