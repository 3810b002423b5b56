import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Capture, parseCapture } from '../../src/core/capture.ts';
import type { Device } from '../../src/core/device.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { catalog } from '../../src/devices/index.ts';

/** What an answer of a capture must read as. */
export interface Expected {
  readonly group: string;
  /** Address of the device: that of the answer, or of the capture's header where answers carry none. */
  readonly address: number;
  /** Whether the answer itself carries the address. */
  readonly addressed: boolean;
  /** True where nothing in the answer proves it, so that it is marked so. */
  readonly unverified?: boolean;
  /** Every public value, the derived ones included that follow from what the capture brought so far. */
  readonly values: Values;
}

/** An answer of a capture. */
export interface Reply {
  /** The request right before it. */
  readonly request: Uint8Array | undefined;
  /** All requests before that one: a session is at a certain place by then. */
  readonly earlier: readonly Uint8Array[];
  readonly bytes: Uint8Array;
  /** Null: it belongs to no group (a greeting). */
  readonly expected: Expected | null;
}

/** A capture beside a device definition. */
export interface Proof {
  /** File name without its ending, for the name of the test. */
  readonly name: string;
  readonly device: Device;
  readonly capture: Capture;
  readonly replies: readonly Reply[];
  /** Switches of the simulated device (`station: preset=mt113.0202`). */
  readonly station: Readonly<Record<string, string>>;
}

const ROOT = join(import.meta.dirname, '../../src/devices');
const REFUSED = '.refused.cap';

/** All capture files below the devices' folder. */
export const captureFiles: readonly string[] = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.cap'))
  .sort();

/** Captures whose every answer must be read, by device id. */
export const proofs: readonly Proof[] = captureFiles
  .filter((file) => !file.endsWith(REFUSED))
  .map((file) => proof(file, readExpected(file)));

/** Captures whose answers must be refused. */
export const refusals: readonly Proof[] = captureFiles
  .filter((file) => file.endsWith(REFUSED))
  .map((file) => proof(file, undefined));

/** As it stands in the file. */
type Written = Omit<Expected, 'address' | 'addressed'> & { readonly address?: number };

function readExpected(file: string): readonly (Written | null)[] {
  const json = readFileSync(join(ROOT, file.replace(/\.cap$/, '.json')), 'utf8');
  return JSON.parse(json) as (Written | null)[]; // the proofs compare every part of it
}

function proof(file: string, expected: readonly (Written | null)[] | undefined): Proof {
  const capture = parseCapture(readFileSync(join(ROOT, file), 'utf8'));
  const device = catalog.devices.find((one) => one.id === capture.header.device);
  if (device === undefined) {
    throw new Error(
      `${file}: 'device: ${capture.header.device ?? ''}' names no device: run npm run generate?`,
    );
  }
  const answers = capture.entries.filter((entry) => entry.direction === '<');
  if (expected !== undefined && expected.length !== answers.length) {
    throw new Error(`${file}: ${answers.length} answers, but ${expected.length} expected readings beside it`);
  }
  const replies = answers.map((entry, index) => {
    const place = capture.entries.indexOf(entry);
    const before = capture.entries[place - 1];
    const written = expected?.[index] ?? null;
    return {
      request: before?.direction === '>' ? before.bytes : undefined,
      earlier: capture.entries
        .slice(0, place - 1)
        .filter(({ direction }) => direction === '>')
        .map(({ bytes }) => bytes),
      bytes: entry.bytes,
      expected:
        written === null
          ? null
          : {
              ...written,
              address: written.address ?? Number(capture.header.address),
              addressed: written.address !== undefined,
            },
    };
  });
  const station = Object.fromEntries(
    (capture.header.station ?? '').split(/[ ,]+/).flatMap((option) => {
      const [name = '', value] = option.split('=');
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return { name: basename(file, '.cap'), device, capture, replies, station };
}
