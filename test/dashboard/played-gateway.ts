import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigInput } from '../../src/config/index.ts';
import { freePort } from '../outputs/mosquitto.ts';
import type { ProcessOptions } from './gateway-process.ts';

/** A gateway in a process of its own. */
export interface PlayedGateway {
  readonly url: string;
  /** As when the power fails; the port stays free. */
  readonly kill: () => Promise<void>;
  /** The same one again, at the same place. */
  readonly start: () => Promise<void>;
  /** Its process, while it runs. */
  readonly pid: () => number | undefined;
  /** `GET` of a document, or `POST` where there is a body. */
  readonly ask: <T>(path: string, body?: unknown) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** How it is started. */
export interface PlayedOptions extends Partial<Pick<ProcessOptions, 'site' | 'hours'>> {
  /** Folder with the built dashboard. */
  readonly dashboard: string;
  readonly http?: Omit<NonNullable<ConfigInput['http']>, 'listen'>;
  readonly outputs?: ConfigInput['outputs'];
}

/** Starts a real gateway on simulated devices, and waits until it answers. */
export async function playedGateway(options: PlayedOptions): Promise<PlayedGateway> {
  const { dashboard, site = 'usual', hours = 0, http = {}, outputs = {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'busbar-played-'));
  const port = await freePort();
  const said: ProcessOptions = {
    folder,
    dashboard,
    site,
    hours,
    more: { http: { ...http, listen: `127.0.0.1:${port}` }, outputs },
  };
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = fork(join(import.meta.dirname, 'gateway-process.ts'), [JSON.stringify(said)], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.stdout?.once('data', () => resolve());
      started.once('exit', (code) => reject(new Error(`the gateway ended with ${String(code)}`)));
    });
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running?.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  await start();
  const url = `http://127.0.0.1:${port}${http.base_path ?? ''}/`;
  return {
    url,
    start,
    kill,
    pid: () => child?.pid,
    ask: async <T>(path: string, body?: unknown) => {
      const answer = await fetch(
        new URL(path, url),
        body === undefined
          ? {}
          : {
              method: 'POST',
              body: JSON.stringify(body),
              headers: { 'Content-Type': 'application/json' },
            },
      );
      // The border to the network: gateway and tests are built from the same types.
      return (await answer.json()) as T;
    },
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
