import type { Explained } from '../codec/index.ts';
import type { FaultCode } from './fault.ts';
import { type Found, type Framing, scanner } from './framing.ts';
import type { Values } from './snapshot.ts';

/** What a frame, or a run of bytes that is none, turned out to be. */
export interface Inspected {
  readonly bytes: Uint8Array;
  /** `ok`, `noise`, or the code of what is wrong. */
  readonly verdict: 'ok' | 'noise' | FaultCode;
  /** What is wrong, in words; absent when nothing is. */
  readonly message?: string;
  /** Id of the device whose definition read it. */
  readonly device?: string;
  readonly direction?: 'request' | 'reply';
  /** Which group or command it carries. */
  readonly kind?: string;
  readonly address?: number;
  /** True when a good-looking frame carries no check sum that proves it. */
  readonly unverified?: boolean;
  readonly values?: Values;
  /** Part by part: offsets are into `bytes`. */
  readonly rows?: readonly Explained[];
}

/** Reads a byte stream and says what each piece of it is. */
export interface Inspector {
  push(bytes: Uint8Array): readonly Inspected[];
  /** The stream is over: what was held back is settled. */
  flush(): readonly Inspected[];
}

/** An inspector from a framing and a function that explains one frame. */
export function inspector<F>(
  framing: Framing<F>,
  explain: (frame: F, bytes: Uint8Array) => Inspected,
): Inspector {
  const scan = scanner(framing);
  const settle = (found: Found<F>): Inspected => {
    if (found.got === 'frame') return explain(found.frame, found.bytes);
    if (found.got === 'noise') return { bytes: found.bytes, verdict: 'noise' };
    return { bytes: found.bytes, verdict: found.bad.code, message: found.bad.message };
  };
  return {
    push: (bytes) => scan.push(bytes).map(settle),
    flush: () => scan.flush().map(settle),
  };
}
