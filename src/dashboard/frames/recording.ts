import { bytesOfText, hex } from '../../core/bytetext.ts';
import { CAPTURE_VERSION, parseCapture, printCapture } from '../../core/capture.ts';
import { isFamily } from '../../core/catalog.ts';
import type { Device } from '../../core/device.ts';
import { dissect } from '../../core/dissect.ts';
import { explainPasted } from '../../core/explain-pasted.ts';
import { Fault } from '../../core/fault.ts';
import { pieceDocument } from '../../core/frame-document.ts';
import type { ApiFrame, ApiUtterance } from '../../core/site/api.ts';
import { catalog } from '../../devices/index.ts';

/** Decoding without a gateway: fetched by whoever wants it, since it brings every device along. */

/** A recording, explained. */
export interface Recording {
  /** Where it comes from, as its header says. */
  readonly origin: string | undefined;
  /** What was said; `at` counts from the begin of the recording. */
  readonly said: readonly ApiUtterance[];
}

/** The devices that something may be from: one, those of a family, or all. Throws a `config` fault for one that is none. */
function candidates(id: string | undefined): readonly Device[] {
  if (id === undefined) return catalog.devices;
  const entry = catalog.find(id);
  return isFamily(entry) ? entry.members : [entry];
}

/** Explains pasted frames. Throws a `config` fault that names the line which is not understood. */
export function explainHere(text: string, device?: string): ApiFrame[] {
  return explainPasted(text, candidates(device));
}

/** Reads a recording and explains all that was said. Throws a `config` fault for what is no recording. */
export function recordingOf(text: string): Recording {
  if (!text.trimStart().startsWith(CAPTURE_VERSION)) {
    throw new Fault('config', `a recording begins with '${CAPTURE_VERSION}'`, {
      hint: 'busbar record writes one; a log without it can be pasted under "Explain a frame"',
    });
  }
  const { header, entries } = parseCapture(text);
  const known = catalog.devices.some(({ id }) => id === header.device);
  // Lines with several devices name none; then each piece is looked at with all.
  const devices = candidates(known ? header.device : undefined);
  const said = entries.map(({ at, direction, bytes }, place): ApiUtterance => ({
    number: place + 1,
    at: at * 1000,
    direction,
    pause: Math.max(0, Math.round((at - (entries[place - 1]?.at ?? at)) * 1000)),
    bytes: hex(bytes),
    frames: dissect(devices, bytes).map((piece) => pieceDocument(piece, devices)),
  }));
  return { origin: header.origin, said };
}

/** A recording of what was heard, as `busbar record` writes it and `recordingOf` reads it. */
export function printRecording(
  said: readonly ApiUtterance[],
  header: Readonly<Record<string, string>>,
): string {
  const begin = said[0]?.at ?? 0;
  return printCapture({
    header,
    entries: said.map(({ at, direction, bytes }) => ({
      at: (at - begin) / 1000,
      direction,
      bytes: bytesOfText(bytes),
    })),
  });
}
