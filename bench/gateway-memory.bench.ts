/**
 * Resident memory of the built gateway (`npm run build` first) with 64 simulated devices behind 64 sockets, a reading a
 * second each, and its dashboard and API served.
 *
 * Yardstick in the same run: a `node` process that does nothing. At most 130 MB. `own` is what it holds itself, the rest
 * are pages of the program `node`, which all its processes share. Node 24 on a virtual machine: 125 to 126 MB; a small
 * heap is collected every 20 s, between two collections it is up to 5 MB less or more.
 *
 * `node bench/gateway-memory.bench.ts [seconds] [main.js]`
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import kg from '../src/devices/juntek/kg.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { tcpHub } from '../src/node/tcp-hub.ts';
import { site } from '../src/simulator/index.ts';

const DEVICES = 64;
const MOST = 130;
const seconds = Number(process.argv[2] ?? 60);
const main = process.argv[3] ?? fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
if (!existsSync(main)) throw new Error(`${main} is not there: npm run build`);

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Resident memory of a process, in millions of bytes: all of it, or only what it holds itself. */
function resident(pid: number | undefined, what: 'VmRSS' | 'RssAnon' = 'VmRSS'): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const line = status.split('\n').find((text) => text.startsWith(`${what}:`));
  return (Number(/\d+/.exec(line ?? '')?.[0]) * 1024) / 1e6;
}

const folder = mkdtempSync(join(tmpdir(), 'busbar-memory-'));
const buses: string[] = [];
for (let index = 0; index < DEVICES; index++) {
  const hub = await tcpHub(0);
  const world = site({ clock: systemClock, seed: index, devices: [{ device: kg, address: 1 }] });
  void world.serve(hub.channel);
  buses.push(
    `  - { name: b${index}, link: "tcp://127.0.0.1:${hub.port}", devices: [{ name: d${index}, device: juntek-kg, address: 1 }] }`,
  );
}
const config = join(folder, 'busbar.yaml');
writeFileSync(
  config,
  `site: bench\nbuses:\n${buses.join('\n')}\nhistory: { path: ${join(folder, 'busbar.db')} }\nhttp: { listen: "127.0.0.1:0" }\nlog: { level: warn }\n`,
);

const bare = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
await pause(2_000);
const nothing = resident(bare.pid);
const nothingOwn = resident(bare.pid, 'RssAnon');
bare.kill();

const gateway = spawn(process.execPath, [main, 'run', '-c', config], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
gateway.once('exit', (code) => {
  if (code !== null && code !== 0) process.exit(code);
});
const url = await new Promise<string>((resolve) =>
  gateway.stdout.once('data', (said: Buffer) => resolve(said.toString().trim())),
);
let most = 0;
for (let second = 0; second < seconds; second++) {
  await pause(1_000);
  most = Math.max(most, resident(gateway.pid));
}
const answer = await fetch(new URL('healthz', url));
const used = resident(gateway.pid);
const own = resident(gateway.pid, 'RssAnon');
most = Math.max(most, used);
gateway.kill('SIGTERM');
await new Promise((resolve) => gateway.once('close', resolve));
rmSync(folder, { recursive: true });

console.log(`${DEVICES} devices at 1 Hz for ${seconds} s, Node ${process.version}, health ${answer.status}`);
console.log(`node alone  ${nothing.toFixed(0)} MB, own ${nothingOwn.toFixed(0)} MB`);
console.log(`busbar      ${used.toFixed(0)} MB, own ${own.toFixed(0)} MB; most ${most.toFixed(0)} MB`);
console.log(`ratio       ${(used / nothing).toFixed(2)}`);
console.log(`resident    ${used.toFixed(0)} MB (at most ${MOST}): ${used <= MOST ? 'ok' : 'TOO MUCH'}`);
process.exit(used <= MOST ? 0 : 1);
