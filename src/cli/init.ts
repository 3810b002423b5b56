import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { SAMPLE } from '../config/index.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { configOf, search } from './scan.ts';
import { print } from './terminal.ts';

/** What `init` takes. */
export interface InitOptions {
  /** The file to write. */
  readonly config: string;
  /** Write the sample with explanations, and look for nothing. */
  readonly sample?: boolean;
  /** Replace an existing file. */
  readonly force?: boolean;
  /** Milliseconds that the search may take. */
  readonly budget: number;
  /** Look only for this device or family. */
  readonly device?: string;
}

/** What is worth adding to what a scan finds. */
const MORE = `# Written by busbar init. All keys: docs/configuration.md, or busbar init --sample -c sample.yaml
# Names become the first part of topics and series: change them now rather than later.
`;
const NEXT = `history: { path: ./data/busbar.db }
http: { listen: 127.0.0.1:8420 }
# outputs:
#   mqtt: { url: mqtt://localhost, homeassistant: true }
`;

/** Writes a configuration from what is found, or the sample; returns the exit code. */
export async function init(links: readonly string[], options: InitOptions): Promise<number> {
  const { config: file, force, sample, ...searching } = options;
  // Before the search, which takes a minute.
  if (existsSync(file) && force !== true) throw exists(file);
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) {
    throw new Fault('config', `there is no folder ${folder} for ${basename(file)}`, {
      hint: 'make it first, or name another file with -c',
    });
  }
  let text = SAMPLE;
  if (sample !== true) {
    const hits = await search(links, searching);
    if (hits.length === 0) {
      throw new Fault('link', `nothing was found, so ${file} was not written`, {
        hint: 'busbar init --sample writes one to be filled in by hand',
      });
    }
    text = `${MORE}${configOf(hits)}${NEXT}`;
  }
  write(file, text, force === true);
  await print(`${file}\n`);
  process.stderr.write(`busbar: wrote ${file}; next: busbar check -c ${file}, then busbar run -c ${file}\n`);
  return 0;
}

function write(file: string, text: string, replace: boolean): void {
  try {
    writeFileSync(file, text, { flag: replace ? 'w' : 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw exists(file);
    throw new Fault('config', `${file} cannot be written: ${faultOf(error, 'config').message}`);
  }
}

function exists(file: string): Fault {
  return new Fault('config', `${file} is there already`, { hint: '--force replaces it, -c names another' });
}
