import { z } from '@hono/zod-openapi';
import type { Scalar, Value } from '../../core/index.ts';
import type { FaultCode } from '../../core/fault.ts';
import type { Inspected } from '../../core/inspect.ts';
import { type Kind, quantities, type QuantityName } from '../../core/quantity.ts';
import type { ApiError, ApiErrorCode, ConfigProblem } from '../../core/site/api.ts';

/** What the schemas of all documents are made of: words, values, and the document of what is refused. */

/** A type whose optional parts may also be undefined, since that is how schemas say it. */
export type Loose<T> = T extends string | number | boolean | null | undefined
  ? T
  : unknown extends T
    ? unknown
    : T extends readonly (infer E)[]
      ? readonly Loose<E>[]
      : {
          readonly [K in keyof T as undefined extends T[K] ? never : K]: Loose<T[K]>;
        } & {
          readonly [K in keyof T as undefined extends T[K] ? K : never]?: Loose<T[K]> | undefined;
        };

/** Names a schema in the description and holds it against its type. */
export const named =
  <T>() =>
  <S extends z.ZodType<Loose<T>>>(name: string, schema: S): S =>
    schema.openapi(name);

/** Milliseconds since 1970-01-01T00:00Z. */
export const instant = z
  .number()
  .openapi({ description: 'Milliseconds since 1970-01-01T00:00Z', example: 1_795_233_600_123 });

/** A name as keys of objects have it. */
export const key = z.string();

export const value: z.ZodType<Value> = z
  .any()
  .openapi({ description: 'Number, text, true or false, null (known to be none), list, or object' });

export const scalar: z.ZodType<Scalar> = z.union([z.number(), z.string(), z.boolean()]);

export const values = z.record(key, value).openapi({ description: 'By field; what is absent is unknown' });

/** All words of a union: the table is complete, or does not compile. */
const words = <W extends string>(table: Readonly<Record<W, true>>) =>
  z.enum(Object.keys(table) as [W, ...W[]]); // exactly the keys of the table

const faults: Readonly<Record<FaultCode, true>> = {
  timeout: true,
  checksum: true,
  format: true,
  length: true,
  refused: true,
  readback: true,
  link: true,
  backoff: true,
  config: true,
  cancelled: true,
  output: true,
};

export const faultCode = words(faults);

export const verdict = words<Inspected['verdict']>({ ...faults, ok: true, noise: true });

const errorCode = words<ApiErrorCode>({
  ...faults,
  request: true,
  login: true,
  forbidden: true,
  not_found: true,
  method: true,
  changed: true,
  too_large: true,
  too_many: true,
  internal: true,
});

export const problem = named<ConfigProblem>()(
  'ConfigProblem',
  z.object({
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    path: z.string().optional(),
    line: z.number().optional(),
    column: z.number().optional(),
    hint: z.string().optional(),
  }),
);

export const error = named<ApiError>()(
  'Error',
  z.object({
    code: errorCode,
    message: z.string(),
    hint: z.string().optional().openapi({ description: 'What to do' }),
    where: z.string().optional().openapi({ description: 'Which part of the request is meant' }),
    problems: z.array(problem).optional(),
  }),
);

export const quantityName = words<QuantityName>(
  // The keys of the table of quantities are the names.
  Object.fromEntries(Object.keys(quantities).map((name) => [name, true])) as Record<QuantityName, true>,
);
export const kind = words<Kind>({
  measurement: true,
  counter: true,
  state: true,
  setting: true,
  identity: true,
  raw: true,
});
export const risk = z.enum(['low', 'medium', 'high']);
