import { bytesOfText, show } from './bytetext.ts';
import { Fault } from './fault.ts';

/**
 * Captures: what went over a line, as a text that people can read, edit and compare.
 *
 *     busbar-capture: 1
 *     device: juntek-kg
 *     origin: real device (KG140F, juntek_kg README)
 *
 *     0.000 > ":R50=1,2,1,\r\n"
 *     0.012 < ":r50=1,220,5366,...,\r\n"
 *
 * Header lines `key: value`, an empty line, then `seconds direction bytes`; `>` went to the device, `<` came
 * from it; bytes as quoted text or hex pairs; `#` starts a comment line.
 */
export interface Capture {
  /** Header in file order; keys are lower case. `origin` says who recorded what; see CONTRIBUTING.md for the others. */
  readonly header: Readonly<Record<string, string>>;
  readonly entries: readonly CaptureEntry[];
}

/** One run of bytes in one direction. */
export interface CaptureEntry {
  /** Seconds since the start of the capture. */
  readonly at: number;
  /** `>` to the device, `<` from the device. */
  readonly direction: '>' | '<';
  readonly bytes: Uint8Array;
}

/** First header line of a capture file; names the version of this format. */
export const CAPTURE_VERSION = 'busbar-capture: 1';

const ENTRY = /^(\d+(?:\.\d+)?)\s+([<>])\s+(\S.*)$/;
const HEADER = /^([a-z][a-z-]*):\s*(.*)$/;

/** Reads a capture. Throws a `config` fault with the line number of whatever is not understood. */
export function parseCapture(source: string): Capture {
  const header: Record<string, string> = Object.create(null) as Record<string, string>; // keys come from a file
  const entries: CaptureEntry[] = [];
  for (const [index, raw] of source.split(/\r?\n/).entries()) {
    const written = raw.trim();
    if (written === '' || written.startsWith('#')) continue;
    const entry = ENTRY.exec(written);
    const pair = HEADER.exec(written);
    if (entry?.[1] !== undefined && entry[3] !== undefined) {
      entries.push({
        at: Number(entry[1]),
        direction: entry[2] === '>' ? '>' : '<',
        bytes: bytesAt(entry[3], index),
      });
    } else if (pair?.[1] !== undefined && entries.length === 0) {
      header[pair[1]] = pair[2] ?? '';
    } else {
      throw new Fault(
        'config',
        `capture line ${index + 1}: '${written.slice(0, 60)}' is neither 'key: value' nor 'seconds < bytes'`,
      );
    }
  }
  return { header, entries };
}

function bytesAt(written: string, index: number): Uint8Array {
  try {
    return bytesOfText(written);
  } catch (error) {
    throw new Fault(
      'config',
      `capture line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The header part of a capture file, the empty line included. */
export function printCaptureHeader(header: Readonly<Record<string, string>>): string {
  const lines = Object.entries(header).filter(([key]) => key !== 'busbar-capture');
  return `${[CAPTURE_VERSION, ...lines.map(([key, value]) => `${key}: ${value}`)].join('\n')}\n\n`;
}

/** One line of a capture file. */
export function printCaptureEntry(entry: CaptureEntry): string {
  return `${entry.at.toFixed(3)} ${entry.direction} ${show(entry.bytes)}\n`;
}

/** A whole capture as text; two-way with `parseCapture`. */
export function printCapture(capture: Capture): string {
  return printCaptureHeader(capture.header) + capture.entries.map(printCaptureEntry).join('');
}
