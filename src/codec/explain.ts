import { type Codec, decodeFrom } from './codec.ts';
import { reader } from './cursor.ts';
import { CodecError } from './error.ts';
import type { Explained, Trace } from './trace.ts';

/**
 * Reads bytes and says what each of them means, as far as they can be read: the last row names the problem
 * where reading failed.
 */
export function explain<T>(
  codec: Codec<T>,
  bytes: Uint8Array,
): { rows: readonly Explained[]; value?: T; error?: CodecError } {
  const trace: Trace = { rows: [], open: [] };
  try {
    const value = decodeFrom(codec, reader(bytes, 0, bytes.length, trace));
    return { rows: trace.rows, value };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    // From the beginning of the part that failed, so that no byte is left out; the error knows the exact place.
    const start = trace.rows.at(-1)?.end ?? 0;
    const problem = { path: error.path, start, end: bytes.length, value: undefined, problem: error.problem };
    return { rows: [...trace.rows, problem], error };
  }
}
