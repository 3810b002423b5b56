import type { Device } from './device.ts';
import type { Inspected } from './inspect.ts';

/** A piece of a byte stream, and the protocol that makes sense of it; none of noise. */
export interface Dissected extends Inspected {
  readonly protocol?: string;
}

/**
 * Explains bytes when nobody says what device they are from: every candidate reads them, and the protocol under
 * which most bytes make sense wins. Within a protocol all devices cut the bytes alike, so that for each piece the
 * first device that can read it speaks; where none can, the first one says what is wrong. What is noise to the winner
 * is looked at with the other protocols: a log may hold several.
 */
export function dissect(devices: readonly Device[], bytes: Uint8Array): readonly Dissected[] {
  let best:
    { readonly sense: number; readonly protocol: string; readonly pieces: readonly Inspected[] } | undefined;
  for (const protocol of new Set(devices.map((device) => device.protocol))) {
    const readings = devices
      .filter((device) => device.protocol === protocol)
      .map((device) => inspectAll(device, bytes));
    const pieces = (readings[0] ?? []).map((first, index) => bestOf(first, readings, index));
    const sense = pieces.reduce((sum, piece) => sum + weight(piece), 0);
    if (best === undefined || sense > best.sense) best = { sense, protocol, pieces };
  }
  if (best === undefined) return [];
  const { protocol, pieces } = best;
  const others = best.sense > 0 ? devices.filter((device) => device.protocol !== protocol) : [];
  return pieces.flatMap((piece) => {
    if (piece.verdict !== 'noise') return [{ ...piece, protocol }];
    return others.length > 0 ? dissect(others, piece.bytes) : [piece];
  });
}

function inspectAll(device: Device, bytes: Uint8Array): readonly Inspected[] {
  const inspector = device.inspector();
  return [...inspector.push(bytes), ...inspector.flush()];
}

function bestOf(first: Inspected, readings: readonly (readonly Inspected[])[], index: number): Inspected {
  for (const reading of readings) {
    const piece = reading[index];
    if (piece?.verdict === 'ok') return piece;
  }
  return first;
}

/**
 * How much a piece speaks for a protocol: its bytes when it is a frame, half of them when it is a broken one, and a
 * little more where values were found in it, since several protocols may share the frame.
 */
function weight(piece: Inspected): number {
  if (piece.verdict === 'ok') return piece.bytes.length + (piece.values === undefined ? 0 : 0.25);
  return piece.verdict === 'noise' ? 0 : piece.bytes.length / 2;
}
