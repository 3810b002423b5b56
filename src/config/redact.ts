import { mapping } from './finding.ts';
import { MASK, withoutCredentials } from './problem.ts';
import { type Config, configSchema } from './schema.ts';
import { inside, type Shape, shapeOf } from './shape.ts';

/** A configuration for people who may not know its secrets: passwords, tokens, keys and credentials in URLs masked. */
export function redact(config: Config): Config {
  return masked(config, shapeOf(configSchema)) as Config; // the same shape, some texts replaced
}

function masked(value: unknown, shape: Shape): unknown {
  if (typeof value === 'string') {
    const secret = shape.marks.has('secret') || value.includes('PRIVATE KEY');
    return secret ? MASK : withoutCredentials(value);
  }
  if (Array.isArray(value)) return value.map((item, index) => masked(item, inside(shape, index, value)));
  const record = mapping(value);
  if (record === undefined) return value;
  return Object.fromEntries(
    Object.entries(record).map(([key, part]) => [key, masked(part, inside(shape, key, value))]),
  );
}

/** The secrets themselves, for whoever has to keep them out of a text. */
export function secretsOf(config: Config): readonly string[] {
  return [...new Set(differing(config, redact(config)))];
}

/** Texts that a mark stands for: whole ones, and the credentials in URLs. */
function differing(value: unknown, shown: unknown): string[] {
  if (typeof value === 'string') {
    if (value === shown) return [];
    if (shown === MASK) return [value];
    return [...value.matchAll(/\/\/([^\s/@]+)@/g)].flatMap(([, given = '']) => {
      const [, password] = /:(.*)$/.exec(given) ?? [];
      return password === undefined ? [given] : [given, password];
    });
  }
  if (Array.isArray(value)) {
    const beside: readonly unknown[] = Array.isArray(shown) ? shown : [];
    return value.flatMap((item, index) => differing(item, beside[index]));
  }
  const [record, beside] = [mapping(value), mapping(shown)];
  return Object.entries(record ?? {}).flatMap(([key, part]) => differing(part, beside?.[key]));
}
