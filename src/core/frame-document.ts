import { noteOf } from '../codec/index.ts';
import { hex, show, text } from './bytetext.ts';
import type { Device } from './device.ts';
import type { Dissected } from './dissect.ts';
import { type Field, isFieldInfo } from './field.ts';
import type { ApiFrame, ApiFramePart } from './site/api.ts';

/** A frame as `busbar decode --json` prints it. */
export type FrameDocument = Omit<ApiFrame, 'bytes' | 'parts'>;

/** What a frame, or a run of noise, turned out to be; codes that nobody has explained are left out of its values. */
export function frameDocument(piece: Dissected, devices: readonly Device[]): FrameDocument {
  const { bytes, protocol, verdict, message, device, direction, kind, address, unverified, values } = piece;
  const published =
    values === undefined
      ? undefined
      : Object.fromEntries(
          Object.entries(values).filter(([name]) => frameField(piece, name, devices)?.kind !== 'raw'),
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

/**
 * A piece of a byte stream as screens show it.
 * @param star keeps secrets out of the bytes shown; values are read from the true ones
 */
export function pieceDocument(
  piece: Dissected,
  devices: readonly Device[],
  star: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): ApiFrame {
  const shown = star(piece.bytes);
  return {
    ...frameDocument(piece, devices),
    frame: frameText(shown),
    bytes: hex(shown),
    parts: frameParts(piece),
  };
}

/** What each part of a frame means. */
export function frameParts(piece: Dissected): ApiFramePart[] {
  return (piece.rows ?? []).map(({ start, end, path, value, layout, problem }) => {
    const note = layout === undefined ? undefined : noteOf(layout);
    return {
      start,
      end,
      path,
      ...(note === undefined ? {} : { title: note.title }),
      ...(isFieldInfo(note) ? { quantity: note.quantity } : {}),
      ...(value === undefined ? {} : { value: value instanceof Uint8Array ? hex(value) : value }),
      ...(problem === undefined ? {} : { problem }),
    };
  });
}

/** The field that a value of a frame belongs to, where its device is known. */
export function frameField(piece: Dissected, name: string, devices: readonly Device[]): Field | undefined {
  const device = devices.find((one) => one.id === piece.device);
  return device?.groups
    .find((group) => group.name === piece.kind)
    ?.fields.find((field) => field.name === name);
}

/** A frame as text without its line end, or as hex pairs. */
export function frameText(bytes: Uint8Array): string {
  const shown = show(bytes);
  return shown.startsWith('"') ? text(bytes).replace(/(\\r|\\n)+$/, '') : hex(bytes);
}

/** Whether a piece is nothing but the ends of lines. */
export function isLineEnd(piece: Dissected): boolean {
  return piece.verdict === 'noise' && piece.bytes.every((byte) => byte === 13 || byte === 10);
}
