import { reportJson } from '../../src/core/report.ts';
import { type Line, lineText } from '../../src/core/line.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { catalog } from '../../src/devices/index.ts';
import { type SimulatedDevice, site } from '../../src/simulator/index.ts';
import { browserClock } from '../../src/web/index.ts';
import { FakeSerial } from '../web/fake-serial.ts';

/**
 * A computer with an RS485 adapter, in a page: bundled, and run before the page's own script. The project's simulator
 * is what hangs on the adapter.
 */

/** What is played; given as `fakeSetup` before this script runs. */
export interface FakeSetup extends Omit<SimulatedDevice, 'device'> {
  /** Id of the device. */
  readonly device: string;
  /** The adapter sends back what it sends. */
  readonly echo?: boolean;
}

/** What a test may do with it, as `fake`. */
export interface Fake {
  /** Every value that the device had so far, by its place in the document that the page saves, as JSON. */
  readonly played: () => Record<string, string[]>;
  readonly unplug: () => void;
  readonly plug: () => void;
  /** The adapter is pulled out in the middle of the next answer. */
  readonly unplugInAnswer: () => void;
  /** The person closes the list without choosing. */
  readonly chooseNone: (does: boolean) => void;
  /** Another program has the port. */
  readonly refuse: (does: boolean) => void;
  /** How the port is open now. */
  readonly line: () => string | undefined;
}

const setup = (globalThis as unknown as { fakeSetup: FakeSetup }).fakeSetup; // given by the test
const device = catalog.devices.find(({ id }) => id === setup.device);
if (device === undefined) throw new Error(`no device ${setup.device}`);
const own = device.line;
const wire = memoryLine(browserClock);
const world = site({
  clock: browserClock,
  seed: 7,
  devices: [{ ...setup, device }],
  ...(setup.echo === undefined ? {} : { echo: setup.echo }),
});
void world.serve(wire.far);

const played = new Map<string, Set<string>>();

/** Notes what the device would say now. */
function look(): void {
  const [station] = world.stations;
  if (station === undefined || device === undefined) return;
  const { address } = station;
  note('', reportJson({ device, address, at: 0, groups: station.readings(), faults: {} }, false));
}

function note(path: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) note(`${path}/${name}`, inner);
    return;
  }
  const known = played.get(path) ?? new Set();
  played.set(path, known.add(JSON.stringify(value)));
}

const serial = new FakeSerial(wire);
let pullsOut = false;

/** A receiver at other settings hears something else: some bits of it, and not as many characters. */
function hear(bytes: Uint8Array, line: Line): Uint8Array {
  look();
  if (pullsOut) {
    pullsOut = false;
    queueMicrotask(unplug);
    return bytes.slice(0, Math.ceil(bytes.length / 2));
  }
  // A meter changes its rate in the dialogue, and the simulated line knows which one it is at.
  const isRight = world.stations[0]?.baud !== undefined || line.baud === own.baud;
  const sameFormat = lineText({ ...line, baud: own.baud }) === lineText(own);
  if (isRight && sameFormat) return bytes;
  return bytes.map((byte) => (byte & 0x50) | 0x88);
}
serial.port.hear = hear;

function unplug(): void {
  wire.cut();
  serial.port.unplug();
}

const fake: Fake = {
  played: () => {
    look();
    return Object.fromEntries([...played].map(([path, values]) => [path, [...values]]));
  },
  unplug,
  plug: () => serial.plug(),
  unplugInAnswer: () => {
    pullsOut = true;
  },
  chooseNone: (does) => {
    serial.choosesNone = does;
  },
  refuse: (does) => {
    serial.port.refusal = does ? new DOMException('Failed to open serial port.', 'NetworkError') : undefined;
  },
  line: () => serial.port.present,
};
setInterval(look, 100);
Object.defineProperty(globalThis, 'fake', { value: fake });
Object.defineProperty(navigator, 'serial', { value: serial, configurable: true });
