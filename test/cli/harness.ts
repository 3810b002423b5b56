import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { systemClock } from '../../src/node/clock-node.ts';
import { tcpHub } from '../../src/node/tcp-hub.ts';
import { type SimulatedDevice, site, type Site } from '../../src/simulator/index.ts';

/** The command line as a checkout runs it: the sources, by the Node that runs the tests. */
const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

/** What a finished command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  /** Resolves when stdout or stderr, together, hold the text; rejects with all that was said when it ends first. */
  says(text: string): Promise<void>;
  /** All that was said so far, data first. */
  said(): string;
  interrupt(): void;
  /** Ends it without a chance to put anything in order. */
  kill(): void;
  readonly done: Promise<Outcome>;
}

/** Starts `busbar` with these words. */
export function start(args: readonly string[], stdin = ''): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  child.stdin.end(stdin);
  const done = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!(stdout + stderr).includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        void done.then(() => reject(new Error(`ended without saying '${text}': ${stdout}${stderr}`)));
        look();
      }),
    said: () => stdout + stderr,
    interrupt: () => child.kill('SIGINT'),
    kill: () => child.kill('SIGKILL'),
    done,
  };
}

/** Runs `busbar` to its end. */
export function busbar(...args: readonly string[]): Promise<Outcome> {
  return start(args).done;
}

/** Simulated devices behind a TCP port of this machine. */
export interface Shed {
  readonly link: string;
  readonly port: number;
  readonly site: Site;
  close(): Promise<void>;
}

/** Opens simulated devices; port 0 takes any. */
export async function shed(devices: readonly SimulatedDevice[], port = 0): Promise<Shed> {
  const hub = await tcpHub(port);
  const world = site({ clock: systemClock, devices, seed: 1 });
  const served = world.serve(hub.channel);
  return {
    link: `tcp://127.0.0.1:${hub.port}`,
    port: hub.port,
    site: world,
    close: async () => {
      world.stop();
      await hub.channel.close();
      await served;
    },
  };
}
