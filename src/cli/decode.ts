import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text as streamText } from 'node:stream/consumers';
import { noteOf } from '../codec/index.ts';
import { text } from '../core/bytetext.ts';
import { isFamily } from '../core/catalog.ts';
import type { Device } from '../core/device.ts';
import { type Dissected, dissect } from '../core/dissect.ts';
import { Fault } from '../core/fault.ts';
import { isFieldInfo } from '../core/field.ts';
import { frameDocument, frameField, frameText, isLineEnd } from '../core/frame-document.ts';
import { bytesOfLine, bytesOfLog, joined } from '../core/pasted.ts';
import { format } from '../core/quantity.ts';
import { catalog } from '../devices/index.ts';
import { print } from './terminal.ts';

/** What `decode` takes. */
export interface DecodeOptions {
  readonly device?: string;
  readonly json?: boolean;
}

/** Explains pasted frames, a file, or standard input; exit code 1 when any of it is not good. */
export async function decode(inputs: readonly string[], options: DecodeOptions): Promise<number> {
  const devices = candidates(options.device);
  const bytes = await gather(inputs);
  if (!bytes.some((byte) => byte > 0x20))
    throw new Fault('config', 'nothing to decode: give frames, a file, or - for standard input');
  const pieces = dissect(devices, bytes).filter((piece) => !isLineEnd(piece));
  if (options.json === true) {
    await print(
      `${JSON.stringify(
        pieces.map((piece) => frameDocument(piece, devices)),
        null,
        2,
      )}\n`,
    );
  } else {
    await print(pieces.map((piece) => pieceText(piece, devices)).join('\n'));
  }
  return pieces.every((piece) => piece.verdict === 'ok' || piece.verdict === 'noise') ? 0 : 1;
}

function candidates(id: string | undefined): readonly Device[] {
  if (id === undefined) return catalog.devices;
  const entry = catalog.find(id);
  return isFamily(entry) ? entry.members : [entry];
}

async function gather(inputs: readonly string[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // Somebody who typed nothing behind `decode` would wait for an answer, and we for frames.
  if (inputs.length === 0 && process.stdin.isTTY) return new Uint8Array();
  for (const input of inputs.length === 0 ? ['-'] : inputs) {
    if (input === '-') chunks.push(...bytesOfLog(await streamText(process.stdin), 'standard input'));
    else if (existsSync(input)) chunks.push(...bytesOfLog(await readFile(input, 'latin1'), input));
    else chunks.push(bytesOfLine(input));
  }
  return joined(chunks);
}

/** A frame for people: what it is, then its bytes part by part, then what follows from them. */
function pieceText(piece: Dissected, devices: readonly Device[]): string {
  const lines = [frameText(piece.bytes), `  ${headline(piece)}`];
  const parts = new Set<string>();
  for (const row of piece.rows ?? []) {
    const raw = text(piece.bytes.slice(row.start, row.end));
    const note = row.layout === undefined ? undefined : noteOf(row.layout);
    const place = `${row.start}..${row.end - 1}`.padStart(9);
    const value = isFieldInfo(note) ? format(row.value, note.quantity) : JSON.stringify(row.value ?? null);
    parts.add(row.path);
    lines.push(
      row.problem === undefined
        ? `  ${place}  ${raw.padEnd(10)}  ${(note?.title ?? row.path).padEnd(34)}  ${value}`
        : `  ${place}  ${raw.slice(0, 24)}  ✗ ${row.path}: ${row.problem}`,
    );
  }
  for (const [name, value] of Object.entries(piece.values ?? {})) {
    const field = frameField(piece, name, devices);
    if (field === undefined || parts.has(name) || value === undefined) continue;
    lines.push(
      `  ${'='.padStart(9)}  ${''.padEnd(10)}  ${field.title.padEnd(34)}  ${format(value, field.quantity)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function headline(piece: Dissected): string {
  const who = [
    piece.device,
    piece.kind,
    piece.direction,
    piece.address === undefined ? undefined : `address ${piece.address}`,
  ]
    .filter((word) => word !== undefined)
    .join(', ');
  const verdict = piece.verdict === 'ok' ? 'ok' : `✗ ${piece.verdict}`;
  const unverified = piece.unverified === true ? ' (no check sum: not verified)' : '';
  return `${verdict}${who === '' ? '' : `: ${who}`}${unverified}${piece.message === undefined ? '' : `: ${piece.message}`}`;
}
