import { scannedConfig } from '../config/scanned.ts';
import { Fault } from '../core/fault.ts';
import { lineText } from '../core/line.ts';
import { everyKind, type Hit, type SearchTold } from '../core/search.ts';
import { catalog } from '../devices/index.ts';
import { searchLinks } from '../gateway/search.ts';
import { listPorts } from '../node/serial-list.ts';
import { complain, interruption, log, progress, print } from './terminal.ts';

/** What `scan` takes. */
export interface ScanOptions {
  readonly json?: boolean;
  /** Milliseconds that the whole scan may take. */
  readonly budget: number;
  /** Only this device or family. */
  readonly device?: string;
}

/** Prints what `search` finds, as a configuration or as JSON; returns the exit code. */
export async function scan(links: readonly string[], options: ScanOptions): Promise<number> {
  const hits = await search(links, options);
  await print(options.json === true ? `${JSON.stringify(hits.map(hitJson), null, 2)}\n` : configOf(hits));
  return hits.length > 0 ? 0 : 1;
}

/** A configuration with what was found. */
export function configOf(hits: readonly Hit[]): string {
  return scannedConfig(hits.map((hit) => ({ ...hit, device: hit.device.id })));
}

/** Looks for devices on links, or on every serial port, with read-only questions; says so when there are none. */
export async function search(
  links: readonly string[],
  options: Omit<ScanOptions, 'json'>,
): Promise<readonly Hit[]> {
  const kinds = options.device === undefined ? everyKind(catalog) : [catalog.find(options.device)];
  const targets = links.length > 0 ? links : await ports();
  const { signal, release } = interruption();
  const budget = AbortSignal.timeout(options.budget);
  const limit = AbortSignal.any([signal, budget]);
  const told: SearchTold = {
    step: (text, done, total) => progress(total === undefined ? text : `${text} (${done ?? 0} of ${total})`),
    hit: () => undefined,
    trouble: (link, fault) => complain(fault, link),
    note: (text) => log('info', text),
  };
  const hits = await searchLinks(targets, kinds, told, limit).finally(() => {
    progress('');
    release();
  });
  if (budget.aborted)
    log('warn', `stopped after ${options.budget / 1000} s; a longer --budget looks further`);
  if (signal.aborted) log('warn', 'interrupted: not everything was looked at');
  if (hits.length > 0 || signal.aborted) return hits;
  log('error', `nothing found on ${targets.join(', ')}`);
  log(
    'error',
    '  is the device powered, are A and B the right way round, is a converter set to its baud rate, 8N1?',
  );
  return hits;
}

async function ports(): Promise<string[]> {
  const found = await listPorts();
  for (const port of found.filter((one) => !one.allowed)) {
    log(
      'warn',
      `${port.path}: no permission; sudo usermod -aG ${port.group ?? 'dialout'} $USER, then log in again`,
    );
  }
  const usable = found.filter((port) => port.allowed).map((port) => port.byId ?? port.path);
  if (usable.length > 0) return usable;
  throw new Fault('config', 'there is no serial port to scan', {
    hint: 'plug the adapter in, or name a link: busbar scan tcp://192.168.2.22:9999',
  });
}

function hitJson({ link, line, device, address, model }: Hit): Record<string, unknown> {
  return {
    link,
    line: lineText(line),
    device: device.id,
    protocol: device.protocol,
    address,
    ...(model === undefined ? {} : { model }),
  };
}
