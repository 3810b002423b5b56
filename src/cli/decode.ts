import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text as streamText } from 'node:stream/consumers';
import { noteOf } from '../codec/index.ts';
import { bytesOfText, hex, show, text } from '../core/bytetext.ts';
import { CAPTURE_VERSION, parseCapture } from '../core/capture.ts';
import { isFamily } from '../core/catalog.ts';
import { type Dissected, dissect } from '../core/dissect.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { isFieldInfo } from '../core/field.ts';
import { format } from '../core/quantity.ts';
import type { Device } from '../core/device.ts';
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
  if (bytes.length === 0)
    throw new Fault('config', 'nothing to decode: give frames, a file, or - for standard input');
  const pieces = dissect(devices, bytes).filter((piece) => !isLineEnd(piece));
  if (options.json === true) {
    await print(
      `${JSON.stringify(
        pieces.map((piece) => pieceJson(piece, devices)),
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
  for (const input of inputs.length === 0 ? ['-'] : inputs) {
    if (input === '-') chunks.push(...bytesOfLog(await streamText(process.stdin), 'standard input'));
    else if (existsSync(input)) chunks.push(...bytesOfLog(await readFile(input, 'latin1'), input));
    else chunks.push(bytesOfLine(input));
  }
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

/** A log or a capture: one frame or chunk a line. */
function bytesOfLog(content: string, name: string): Uint8Array[] {
  if (content.startsWith(CAPTURE_VERSION)) return parseCapture(content).entries.map((entry) => entry.bytes);
  return content.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [bytesOfLine(line)];
    } catch (error) {
      throw new Fault('config', `${name}:${index + 1}: ${faultOf(error, 'config').message}`);
    }
  });
}

const LINE_END = Uint8Array.of(13, 10);

/** The bytes of a line as typed; the line end that a terminal or an editor took away is put back behind text. */
function bytesOfLine(line: string): Uint8Array {
  const bytes = bytesOfText(line);
  const last = bytes.at(-1);
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return last === 13 || last === 10 || !isText ? bytes : Uint8Array.from([...bytes, ...LINE_END]);
}

function isLineEnd(piece: Dissected): boolean {
  return piece.verdict === 'noise' && piece.bytes.every((byte) => byte === 13 || byte === 10);
}

/** The frame as the contract shows it: text without its line end, or hex pairs. */
function frameText(bytes: Uint8Array): string {
  const shown = show(bytes);
  return shown.startsWith('"') ? text(bytes).replace(/(\\r|\\n)+$/, '') : hex(bytes);
}

function pieceJson(piece: Dissected, devices: readonly Device[]): Record<string, unknown> {
  const { bytes, protocol, verdict, message, device, direction, kind, address, unverified, values } = piece;
  const published =
    values === undefined
      ? undefined
      : Object.fromEntries(
          Object.entries(values).filter(([name]) => fieldOf(piece, name, devices)?.kind !== 'raw'),
        );
  return {
    frame: frameText(bytes),
    ...(protocol === undefined ? {} : { protocol }),
    ...(device === undefined ? {} : { device }),
    ...(kind === undefined ? {} : { kind }),
    ...(direction === undefined ? {} : { direction }),
    ...(address === undefined ? {} : { address }),
    verdict,
    ...(unverified === true ? { unverified } : {}),
    ...(message === undefined ? {} : { message }),
    ...(published === undefined ? {} : { values: published }),
  };
}

function fieldOf(piece: Dissected, name: string, devices: readonly Device[]) {
  const device = devices.find((one) => one.id === piece.device);
  return device?.groups
    .find((group) => group.name === piece.kind)
    ?.fields.find((field) => field.name === name);
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
    const field = fieldOf(piece, name, devices);
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
