import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { systemClock } from '../../src/node/clock-node.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Entry, OutputContext, SiteHealth, SiteView } from '../../src/core/site/index.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { until } from '../links/harness.ts';
import { playedMemory } from './site.ts';

/** A program of our own on loopback that outputs send to. */
export interface Receiver {
  /** As when the power fails. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops and goes on without closing its connections: a receiver that hangs. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/** Starts a program and waits until it listens. */
export async function receiver(program: string, args: readonly string[], port: number): Promise<Receiver> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(program, args, { stdio: 'ignore' });
    await until(() => listens(port), `${program} to listen`, 30_000);
  };
  await start();
  return {
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    kill: async () => {
      const running = child;
      child = undefined;
      if (running === undefined) return;
      const exited = new Promise((resolve) => running.once('close', resolve));
      running.kill('SIGKILL');
      await exited;
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ port, host: '127.0.0.1' });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/** What an output is given, with what it says gathered in `logged`. */
export function contextOf(
  view: SiteView,
  { clock = systemClock, health }: { readonly clock?: Clock; readonly health?: SiteHealth } = {},
): OutputContext & { readonly logged: string[] } {
  const logged: string[] = [];
  const log = (text: string): void => void logged.push(text);
  return {
    name: 'receiver',
    view,
    clock,
    ...(health === undefined ? {} : { health: () => health }),
    random: Math.random,
    log: { debug: log, info: log, warn: log, error: log },
    trouble: (text) => log(text ?? 'well'),
    write: () => Promise.reject(new Error('no output of these writes')),
    memory: playedMemory(),
    logged,
  };
}

/** A snapshot of the journal. */
export function entry(sequence: number, device: string, group: string, at: number, values: Values): Entry {
  return { sequence, what: 'snapshot', snapshot: { device, group, at, values, kind: 'live' } };
}
