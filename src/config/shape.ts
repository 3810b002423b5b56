import * as z from 'zod';
import { mapping, type Path } from './finding.ts';
import type { Mark } from './scalars.ts';

/** What the schema says of a place: there may be several schemas, where one of some forms is taken. */
export interface Shape {
  readonly schemas: readonly z.core.$ZodType[];
  readonly marks: ReadonlySet<Mark>;
}

/** The shape at the top. */
export function shapeOf(schema: z.core.$ZodType): Shape {
  return opened([schema]);
}

/** The shape under a key. @param value what stands at the place of the shape, which tells forms apart */
export function inside(shape: Shape, key: string | number, value: unknown): Shape {
  const type = mapping(value)?.type;
  const next = shape.schemas.flatMap((schema): z.core.$ZodType[] => {
    const { def } = (schema as z.core.$ZodTypes)._zod; // every schema that zod makes is one of these
    if (def.type === 'array') return typeof key === 'number' ? [def.element] : [];
    if (def.type === 'record') return typeof key === 'string' ? [def.valueType] : [];
    if (def.type !== 'object' || !fits(schema, type)) return [];
    const inner = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
    return inner === undefined ? [] : [inner];
  });
  const opening = opened(next);
  // Whatever stands in a secret mapping is secret.
  return shape.marks.has('secret')
    ? { ...opening, marks: new Set([...opening.marks, 'secret' as const]) }
    : opening;
}

/** The keys that may stand at a place. */
export function keysOf(shape: Shape, value: unknown): readonly string[] {
  const type = mapping(value)?.type;
  const keys = shape.schemas.flatMap((schema) => {
    const { def } = (schema as z.core.$ZodTypes)._zod; // as above
    return def.type === 'object' && fits(schema, type) ? Object.keys(def.shape) : [];
  });
  return [...new Set(keys)];
}

/** Whether a mapping or list belongs there. */
export function holdsOthers(shape: Shape): boolean {
  return shape.schemas.some((schema) => {
    const { type } = (schema as z.core.$ZodTypes)._zod.def; // as above
    return type === 'object' || type === 'array' || type === 'record';
  });
}

/** Calls back for every value of a tree that the schema knows. */
export function visit(
  shape: Shape,
  value: unknown,
  path: Path,
  see: (shape: Shape, value: unknown, path: Path) => void,
): void {
  see(shape, value, path);
  const parts: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : Object.entries(mapping(value) ?? {});
  for (const [key, part] of parts) visit(inside(shape, key, value), part, [...path, key], see);
}

/** False for an object of another `type` than the value's. */
function fits(schema: z.core.$ZodType, type: unknown): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod; // as above
  const own = def.type === 'object' ? def.shape.type : undefined;
  if (own === undefined || typeof type !== 'string') return true;
  const literal = (own as z.core.$ZodTypes)._zod.def; // as above
  return literal.type !== 'literal' || literal.values.includes(type);
}

/** Schemas without what is wrapped around them, unions as their forms. */
function opened(schemas: readonly z.core.$ZodType[]): Shape {
  const found: z.core.$ZodType[] = [];
  const marks = new Set<Mark>();
  const open = (schema: z.core.$ZodType): void => {
    const mark = z.globalRegistry.get(schema)?.mark;
    if (mark !== undefined) marks.add(mark as Mark); // only scalars.ts writes it
    const { def } = (schema as z.core.$ZodTypes)._zod; // as above
    switch (def.type) {
      case 'optional':
      case 'nullable':
      case 'default':
      case 'prefault': {
        open(def.innerType);
        return;
      }
      case 'pipe': {
        open(def.in);
        return;
      }
      case 'union': {
        def.options.forEach(open);
        return;
      }
      default:
        found.push(schema);
    }
  };
  schemas.forEach(open);
  return { schemas: found, marks };
}
