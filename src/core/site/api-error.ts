import type { FaultCode } from '../fault.ts';

/** What every request gets that is not answered: a word for programs, a sentence, and what to do. */
export interface ApiError {
  readonly code: ApiErrorCode;
  readonly message: string;
  readonly hint?: string;
  /** Which part of the request is meant: `query.points`, `body.groups.0`. */
  readonly where?: string;
  /** What is wrong with a configuration, one by one. */
  readonly problems?: readonly ConfigProblem[];
}

/** A word for what went wrong: that of a fault, or of the API itself. */
export type ApiErrorCode =
  | FaultCode
  /** A part of the request is wrong (400). */
  | 'request'
  /** Nobody is logged in, or password or token are wrong (401). */
  | 'login'
  /** Logged in or not: refused for where the request comes from (403). */
  | 'forbidden'
  | 'not_found'
  /** The method does not exist here (405). */
  | 'method'
  /** It was changed by somebody else meanwhile (412), or `If-Match` is missing (428). */
  | 'changed'
  /** The body is longer than allowed (413). */
  | 'too_large'
  /** Too often: see `Retry-After` (429). */
  | 'too_many'
  /** A mistake of the gateway (500). */
  | 'internal';

/** Something wrong in a configuration. */
export interface ConfigProblem {
  /** `error`: it is not taken; `warning`: it works, and is probably not meant. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Where, in words of the file: `buses.0.devices.1.address`. */
  readonly path?: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;
}
