import { Fault } from '../../core/fault.ts';
import type { ApiError } from '../../core/site/api-error.ts';

/** A request that was not answered as wished: what the gateway said, or that it was not reached. */
export interface Failure {
  /** A word for programs; `unreachable`: nothing came back, or nothing of ours. */
  readonly code: ApiError['code'] | 'unreachable';
  readonly message: string;
  readonly hint?: string;
  readonly problems?: ApiError['problems'];
}

/** A failure as an error to throw. */
export class ApiFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The failure in whatever was thrown. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof ApiFailure) return thrown.failure;
  // What was decoded here, without the gateway.
  if (thrown instanceof Fault) {
    const { code, message, hint } = thrown;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  return { code: 'unreachable', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** The document of an answer that is no good one; a proxy's own error pages are none of ours. */
export function failureIn(status: number, text: string): Failure {
  try {
    // The border to the network: what is not there is checked below.
    const said = JSON.parse(text) as Partial<ApiError>;
    if (typeof said.code === 'string' && typeof said.message === 'string') {
      return {
        code: said.code,
        message: said.message,
        ...(said.hint === undefined ? {} : { hint: said.hint }),
        ...(said.problems === undefined ? {} : { problems: said.problems }),
      };
    }
  } catch {
    // Not JSON: said below.
  }
  return { code: 'unreachable', message: `HTTP ${status}` };
}
