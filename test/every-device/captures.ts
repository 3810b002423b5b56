import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Capture, parseCapture } from '../../src/core/capture.ts';
import type { Device } from '../../src/core/device.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { catalog } from '../../src/devices/index.ts';

/** What an answer of a capture must read as. */
export interface Expected {
  readonly group: string;
  readonly address: number;
  /** Every public value, the derived ones included that follow from what the capture brought so far. */
  readonly values: Values;
}

/** An answer of a capture. */
export interface Reply {
  /** The request right before it. */
  readonly request: Uint8Array | undefined;
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

function readExpected(file: string): readonly (Expected | null)[] {
  const json = readFileSync(join(ROOT, file.replace(/\.cap$/, '.json')), 'utf8');
  return JSON.parse(json) as (Expected | null)[]; // the proofs compare every part of it
}

function proof(file: string, expected: readonly (Expected | null)[] | undefined): Proof {
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
    const before = capture.entries[capture.entries.indexOf(entry) - 1];
    return {
      request: before?.direction === '>' ? before.bytes : undefined,
      bytes: entry.bytes,
      expected: expected?.[index] ?? null,
    };
  });
  return { name: basename(file, '.cap'), device, capture, replies };
}
