/**
 * What can go wrong, as one closed union of words.
 *
 * The words are public: they appear in `read --json`, in counters and in metrics. They are never numbered,
 * so a new one does not shift its neighbours.
 */
export type FaultCode =
  /** Nothing, or nothing that completes an answer, arrived in time. */
  | 'timeout'
  /** An answer came, its check sum does not fit its content. */
  | 'checksum'
  /** An answer came whose content breaks the layout: field count, characters, unknown code, implausible value. */
  | 'format'
  /** The length that a frame declares differs from what followed. */
  | 'length'
  /** The device understood and said no. */
  | 'refused'
  /** The value read back after a write is not the value written. */
  | 'readback'
  /** The port or connection could not be opened, broke, or is away. */
  | 'link'
  /** The device asks not to be asked: it was silent and its next attempt is not due. */
  | 'backoff'
  /** The caller's own words are wrong: option, field, range, link text, configuration. */
  | 'config'
  /** The caller cancelled. */
  | 'cancelled'
  /** A receiver of data (a broker, a database) did not take it. */
  | 'output';

/** What was seen on the line while a request was open: enough to say what probably happened. */
export interface Evidence {
  /** The request as it was sent; absent in listen-only work. */
  readonly sent?: Uint8Array;
  /** The last bytes that arrived while waiting (at most 256), echo removed. */
  readonly received: Uint8Array;
  /** Count of bytes that arrived while waiting, echo removed. */
  readonly receivedBytes: number;
  /** Whole frames that arrived while waiting and were not the answer, newest last (at most 8), as their bytes. */
  readonly others: readonly Uint8Array[];
  /** Bytes that belonged to no frame. */
  readonly noiseBytes: number;
  /** Milliseconds waited from the end of sending. */
  readonly waited: number;
}

/** Everything a fault may carry besides its code and its sentence. */
export interface FaultDetail {
  /** What probably happened and what to do next, in a sentence for a person. */
  readonly hint?: string;
  /** The bytes that caused it: the bad frame, or the value refused. */
  readonly bytes?: Uint8Array;
  /** What the line showed while waiting. */
  readonly evidence?: Evidence;
  /** True: asking again is of no use, or does harm, until the owner has changed something; it is not done. */
  readonly rests?: boolean;
  /** The underlying error. */
  readonly cause?: unknown;
}

/**
 * The one error type of busbar: a stable code, a sentence that says what was tried and what came back,
 * and, where it is known, a hint about the likely cause.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** The stable word for programs. */
  readonly code: FaultCode;
  /** Likely cause and next step, for a person. */
  readonly hint: string | undefined;
  /** The bytes at fault, if any. */
  readonly bytes: Uint8Array | undefined;
  /** What the line showed. */
  readonly evidence: Evidence | undefined;
  /** Whether nothing is asked any more until the owner has changed something. */
  readonly rests: boolean;

  constructor(code: FaultCode, message: string, detail: FaultDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.hint = detail.hint;
    this.bytes = detail.bytes;
    this.evidence = detail.evidence;
    this.rests = detail.rests ?? false;
  }
}

/** The fault in whatever was thrown: itself, or any other error wrapped under the given code. */
export function faultOf(thrown: unknown, code: FaultCode): Fault {
  if (thrown instanceof Fault) return thrown;
  return new Fault(code, thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
