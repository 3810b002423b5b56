/**
 * 5,000 simulated TCP devices at 1 Hz through bus, decode, plausibility, energy count and state.
 *
 * Yardstick in the same run: the processor time of a bare poller that writes the same requests into sockets and counts
 * the same answers. The difference should be at most a quarter of a core, which is 50 us a reading. Both are measured in
 * processor time a reading, so that a busy machine, on which fewer are read, does not flatter. The devices live in a
 * process of their own, so that only the polling side is measured.
 *
 * Node 24 on a virtual machine of two cores: bare 11 us, busbar 51 us, difference 40 us; with the machine busy with other
 * work 12, 64 and 52 us.
 * What is measured is mostly memory: a reading touches the state of its line, which thousands of others have pushed out
 * of the caches since, so neighbours on the machine make all of it dearer.
 *
 * `node bench/many-devices.bench.ts [devices] [seconds]`
 */
import { fork } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { place, poll } from '../src/core/read.ts';
import { openBus } from '../src/core/bus/bus.ts';
import { memoryLine } from '../src/core/memory-link.ts';
import { virtualClock } from '../src/core/virtual-clock.ts';
import kg from '../src/devices/juntek/kg.ts';
import { engine } from '../src/gateway/engine.ts';
import { runLine } from '../src/gateway/line-runner.ts';
import { memberOf } from '../src/gateway/members.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { openLink } from '../src/node/parse-link.ts';
import { zoneOf } from '../src/site/index.ts';
import { site } from '../src/simulator/index.ts';
import type { Store } from '../src/store/index.ts';

const [devices = 5_000, seconds = 10] = process.argv.slice(2).map(Number);
/** Loopback addresses in use: one has too few ports for so many connections. */
const CONNECTIONS_EACH = 10_000;

/** The devices' side: answers each request line with the answer that a simulated meter gave to it. */
async function play(): Promise<void> {
  const answers = await recorded();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const answer = answers.get(chunk.toString('latin1').trim());
      if (answer !== undefined) socket.write(answer);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
  });
  process.on('disconnect', () => process.exit());
}

/** Requests and answers of one reading of a simulated meter. */
async function recorded(): Promise<Map<string, Buffer>> {
  const clock = virtualClock();
  const line = memoryLine(clock, { line: kg.line });
  const world = site({ clock, devices: [{ device: kg }], seed: 1 });
  const answers = new Map<string, Buffer>();
  let asked = '';
  const { incoming } = line.far;
  void world.serve({
    ...line.far,
    incoming: (async function* () {
      for await (const chunk of incoming) {
        asked = Buffer.from(chunk).toString('latin1').trim();
        yield chunk;
      }
    })(),
    write: (bytes) => {
      answers.set(asked, Buffer.concat([answers.get(asked) ?? Buffer.alloc(0), bytes]));
      return line.far.write(bytes);
    },
  });
  const bus = openBus(line.link, kg.line, clock);
  await clock.run(poll(place(bus, kg), kg.groups));
  world.stop();
  await clock.run(bus.close());
  return answers;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a poller costs. */
interface Cost {
  readonly readings: number;
  /** Microseconds of processor time for each. */
  readonly each: number;
}

/** Measures this process over some seconds. */
async function measure(count: () => number): Promise<Cost> {
  const [from, before, began] = [process.cpuUsage(), count(), performance.now()];
  await pause(seconds * 1000);
  const { user, system } = process.cpuUsage(from);
  const readings = count() - before;
  return { readings: (readings * 1000) / (performance.now() - began), each: (user + system) / readings };
}

/** Waits until nearly all devices are read every second, for a minute at most: connecting so many takes its time. */
async function settled(count: () => number): Promise<void> {
  for (let waited = 0; waited < 60; waited++) {
    const before = count();
    await pause(1_000);
    if (waited > 5 && count() - before >= 0.98 * devices) return;
  }
}

/** Writes a request a second into each socket and counts what comes. */
async function bare(port: number): Promise<Cost> {
  const request = Buffer.from(':R50=1,2,1,\r\n');
  let answers = 0;
  const sockets: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];
  for (let index = 0; index < devices; index++) {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.on('data', () => answers++); // each comes in one piece
    await new Promise((resolve) => socket.once('connect', resolve));
    sockets.push(socket);
    timers.push(setInterval(() => socket.write(request), 1_000));
  }
  await settled(() => answers);
  const cost = await measure(() => answers);
  timers.forEach(clearInterval);
  for (const socket of sockets) socket.destroy();
  return cost;
}

/** The same through busbar, up to the state that screens and outputs see; the journal is measured by itself. */
async function whole(port: number): Promise<Cost> {
  const ignore = (): void => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const store = {
    describe: ignore,
    append: () => Promise.resolve([]),
    latest: () => Promise.resolve([]),
    memory: { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
  } as unknown as Store; // what the engine asks of it
  const zone = zoneOf('Europe/Berlin');
  const way = engine({ site: 'bench', zone, clock: systemClock, store, log, onKept: ignore });
  let readings = 0;
  const runners = Array.from({ length: devices }, (_, index) => {
    const name = `d${index}`;
    const runner = runLine({
      name,
      link: openLink(`tcp://127.0.0.1:${port}`),
      line: kg.line,
      clock: systemClock,
      events: {
        located: (_device, at) =>
          void way.put(
            memberOf({ name, bus: name, device: at.device, address: at.address, periods: {}, allow: [] }),
            {
              limits: {},
            },
          ),
        measured: (device, _at, group, at, values) => {
          readings++;
          way.measured(device, group.name, at, values);
        },
        failed: (device, group, fault) => way.failed(device, group, fault),
        notice: ignore,
      },
    });
    return { name, runner };
  });
  for (const [index, { name, runner }] of runners.entries()) {
    runner.add({ name, device: kg, address: 1, mode: 'poll', periods: {} });
    if (index % 100 === 99) await pause(50);
  }
  const ticking = setInterval(way.tick, 1_000);
  await settled(() => readings);
  const cost = await measure(() => readings);
  clearInterval(ticking);
  await Promise.all(runners.map(({ runner }) => runner.close()));
  return cost;
}

if (process.argv.includes('--play')) {
  await play();
} else {
  if (devices > CONNECTIONS_EACH) throw new Error(`at most ${CONNECTIONS_EACH} devices`);
  const child = fork(fileURLToPath(import.meta.url), ['--play']);
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message) => resolve(Number(message))),
  );
  const plain = await bare(port);
  const ours = await whole(port);
  child.disconnect();
  const cost = ours.each - plain.each;
  const share = (cost * devices) / 1e4;
  console.log(`${devices} devices at 1 Hz over TCP, ${seconds} s each, Node ${process.version}`);
  for (const [name, { each, readings }] of Object.entries({ 'bare poller': plain, busbar: ours }))
    console.log(
      `${name.padEnd(13)} ${each.toFixed(1)} us of CPU a reading, at ${readings.toFixed(0)} readings/s`,
    );
  console.log(`ratio         ${(ours.each / plain.each).toFixed(2)}`);
  console.log(`difference    ${cost.toFixed(1)} us a reading: ${share.toFixed(1)} % of a core (at most 25)`);
  process.exit(share <= 25 ? 0 : 1);
}
