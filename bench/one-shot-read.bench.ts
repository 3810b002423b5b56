/**
 * How long a one-shot `busbar read` of all three Juntek groups over TCP takes.
 *
 * Yardsticks in the same run: `node -e 0` for the process, and for the time inside the sum of what cannot be
 * avoided: the characters of requests and answers at 115200 baud, the meter's 10 ms before each answer, and the
 * 20 ms of silence kept before each request.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { characterTime } from '../src/core/line.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { tcpHub } from '../src/node/tcp-hub.ts';
import { openLine } from '../src/open.ts';
import { site } from '../src/simulator/index.ts';
import kg from '../src/devices/juntek/kg.ts';

const ROUNDS = 15;
const LATENCY = 10;
const TURNAROUND = 20;
const root = new URL('..', import.meta.url).pathname;

/** Runs a process to its end without blocking the simulator in this one; milliseconds. */
function timed(args: readonly string[]): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(performance.now() - began);
      else reject(new Error(`exit code ${String(code)}`));
    });
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The program as it is installed: compiled, not stripped of types at each start. */
function build(): string {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-bench-'));
  const compiled = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(root, 'tsconfig.build.json'),
      '--outDir',
      join(folder, 'dist'),
    ],
    { stdio: 'inherit' },
  );
  if (compiled.status !== 0) throw new Error('the build failed');
  writeFileSync(join(folder, 'package.json'), '{"type":"module","version":"0.0.0"}');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const folder = build();
const hub = await tcpHub(0);
const world = site({
  clock: systemClock,
  devices: [{ device: kg, options: { latency: String(LATENCY) } }],
  seed: 1,
});
void world.serve(hub.channel);
const link = `tcp://127.0.0.1:${hub.port}`;
try {
  const main = join(folder, 'dist/cli/main.js');
  const empty: number[] = [];
  const reads: number[] = [];
  const inside: number[] = [];
  let characters = 0;
  for (let round = 0; round < ROUNDS; round++) {
    empty.push(await timed(['-e', '0']));
    reads.push(await timed([main, 'read', link, '--device', 'juntek-kg']));
    const line = openLine(link);
    const meter = await line.device('juntek-kg');
    const began = performance.now();
    const { faults } = await meter.read();
    inside.push(performance.now() - began);
    if (Object.keys(faults).length > 0) throw new Error('the simulated meter did not answer');
    const { bytesIn = 0, bytesOut = 0 } = line.bus?.health() ?? {};
    characters = bytesIn + bytesOut;
    await line.close();
  }
  const wire = characters * characterTime(kg.line);
  const floor = wire + 3 * (LATENCY + TURNAROUND);
  const print = (name: string, value: string): void =>
    console.log(`${name.padEnd(58)} ${value.padStart(10)}`);
  print('node -e 0, median', `${median(empty).toFixed(0)} ms`);
  print('busbar read of 3 groups, whole process, median', `${median(reads).toFixed(0)} ms`);
  print(
    `wire (${characters} characters) + 3 x (${LATENCY} ms meter + ${TURNAROUND} ms silence)`,
    `${floor.toFixed(1)} ms`,
  );
  print('time inside, connecting included, median', `${median(inside).toFixed(1)} ms`);
  print('ratio inside : floor', (median(inside) / floor).toFixed(2));
  print(
    'ratio process : (node -e 0 + inside)',
    (median(reads) / (median(empty) + median(inside))).toFixed(2),
  );
} finally {
  world.stop();
  await hub.channel.close();
  rmSync(folder, { recursive: true });
}
