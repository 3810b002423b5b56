import { readFile } from 'node:fs/promises';
import { parseCapture } from '../core/capture.ts';
import { sleep } from '../core/clock.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { line as lineOf } from '../core/line.ts';
import type { Channel } from '../core/link.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink, parseLink } from '../node/parse-link.ts';
import { play } from '../node/replay.ts';
import { tcpHub } from '../node/tcp-hub.ts';
import { interruption, log } from './terminal.ts';

/** What `replay` takes. */
export interface ReplayOptions {
  readonly on: string;
  readonly speed: number | 'max';
  readonly loop?: boolean;
}

/** Plays a capture on a link, as the device that was recorded, until interrupted or played through. */
export async function replay(path: string, options: ReplayOptions): Promise<number> {
  const capture = parseCapture(await content(path));
  const { signal, release } = interruption();
  const how = { path, speed: options.speed, loop: options.loop ?? false };
  try {
    const outer = await device(options.on, signal);
    log('error', `playing ${path} at ${outer.peer}`);
    const inner = play(capture, how, { log: (text) => log('warn', text) });
    signal.addEventListener('abort', () => void Promise.all([inner.close(), outer.close()]));
    await Promise.race([pass(inner, outer), pass(outer, inner)]);
    await sleep(systemClock, LAST_BYTES);
    await Promise.all([inner.close(), outer.close()]);
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    throw error;
  } finally {
    release();
  }
}

/** Milliseconds for the last bytes to leave before the link is closed. */
const LAST_BYTES = 100;

async function content(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Fault('config', `cannot read ${path}: ${faultOf(error, 'config').message}`);
  }
}

async function device(where: string, signal: AbortSignal): Promise<Channel> {
  const address = parseLink(where);
  if (address.kind === 'tcp-listen') return (await tcpHub(address.port, address.bind)).channel;
  return openLink(where, { log: (text: string) => log('info', text) }).connect(lineOf(9600), signal);
}

async function pass(from: Channel, to: Channel): Promise<void> {
  for await (const bytes of from.incoming) await to.write(bytes);
}
