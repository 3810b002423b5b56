import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Fault } from '../../core/fault.ts';
import type { ApiError, ApiErrorCode } from '../../core/site/api.ts';

/** Status of each code. */
const STATUS: Readonly<Record<ApiErrorCode, ContentfulStatusCode>> = {
  // What the line or a receiver did.
  timeout: 504,
  checksum: 502,
  format: 502,
  length: 502,
  readback: 502,
  output: 502,
  link: 503,
  backoff: 503,
  cancelled: 503,
  // What the caller did.
  config: 400,
  refused: 409,
  request: 400,
  login: 401,
  forbidden: 403,
  not_found: 404,
  method: 405,
  changed: 412,
  too_large: 413,
  too_many: 429,
  internal: 500,
};

/** A request that is not answered, thrown by routes and checks. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly document: ApiError;
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ApiErrorCode,
    message: string,
    detail: Omit<ApiError, 'code' | 'message'> & {
      readonly status?: ContentfulStatusCode;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    const { status = STATUS[code], headers = {}, ...rest } = detail;
    this.document = { code, message, ...rest };
    this.status = status;
    this.headers = headers;
  }
}

/** Whatever was thrown as a refusal; `undefined` for a mistake of our own, which is not shown to callers. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof Fault) {
    const { code, message, hint } = error;
    return new Refusal(code, message, hint === undefined ? {} : { hint });
  }
  if (!(error instanceof HTTPException)) return undefined;
  const { status } = error;
  if (status === 413) return tooLarge();
  if (status === 415) {
    return new Refusal('request', 'the body is of a kind that is not understood', {
      status,
      hint: 'send JSON with the header Content-Type: application/json',
    });
  }
  return status >= 500 ? undefined : new Refusal('request', error.message, { where: 'body' });
}

/** Bytes that a body may have. */
export const LONGEST_BODY = 256 * 1024;

/** What a longer one gets. */
export function tooLarge(): Refusal {
  return new Refusal('too_large', `the body is longer than ${LONGEST_BODY / 1024} KiB`);
}
