import { tidy } from '../core/derive.ts';
import { quantity } from '../core/quantity.ts';
import type { Member } from '../core/site/index.ts';
import { ruleFault } from './rule-lex.ts';
import type { Operand } from './rule-parse.ts';
import { type Found, type Lookup, type PlaceOnSite, resolvePlace, type Unresolved } from './rule-path.ts';
import { type Unit, unitOfField, unitText } from './rule-unit.ts';

/** Values that an operand may have; undefined: unknown. */
export type Values = (lookup: Lookup) => readonly Found[] | undefined;

/** An operand made ready. */
export interface Ready {
  readonly values: Values;
  /** Undefined: a plain number, or a mixture of units. */
  readonly unit: Unit | undefined;
  readonly form: 'number' | 'word' | 'flag';
  readonly several: boolean;
  /** The place whose field tells how to print it. */
  readonly place?: PlaceOnSite;
}

/** Makes the operands of one rule ready; what cannot be is a `config` fault with its column. */
export interface Operands {
  readonly ready: (operand: Operand) => Ready;
  readonly place: (name: string, column: number) => PlaceOnSite;
  /** Whether it is a word to compare with, rather than a place on the site. */
  readonly isWord: (operand: Operand) => boolean;
  /** The values in another unit of the same base. */
  readonly inUnit: (of: Ready, unit: Unit | undefined, column: number) => Values;
  /** A number in another unit; without a unit of its own it is in that already. */
  readonly inUnitOf: (
    number: { readonly value: number; readonly unit?: Unit; readonly column: number },
    unit: Unit | undefined,
  ) => number;
  readonly fail: (column: number, why: Unresolved) => never;
}

/** @param spoken the members that the rule speaks of are added here */
export function operands(rule: string, members: readonly Member[], spoken: Set<string>): Operands {
  const fail = (column: number, { what, hint }: Unresolved): never => {
    throw ruleFault(rule, column, what, hint);
  };

  function place(name: string, column: number): PlaceOnSite {
    const found = resolvePlace(name, members);
    if ('what' in found) return fail(column, found);
    spoken.add(found.member);
    return found;
  }

  /** A name is a word where it is compared with a word, else a place on the site. */
  function isWord(operand: Operand): boolean {
    if (operand.is === 'text') return true;
    return (
      operand.is === 'name' &&
      !operand.name.includes('.') &&
      !members.some(({ name }) => name === operand.name)
    );
  }

  function ready(operand: Operand): Ready {
    switch (operand.is) {
      case 'number': {
        const value = [{ value: operand.value, label: String(operand.value) }];
        return { values: () => value, unit: operand.unit, form: 'number', several: false };
      }
      case 'text':
        return fail(operand.column, { what: 'a text stands only behind == != contains' });
      case 'name': {
        const found = place(operand.name, operand.column);
        const { form } = quantity(found.field.quantity);
        return {
          values: found.read,
          unit: unitOfField(found.field),
          form: form === 'number' || form === 'flag' ? form : 'word',
          several: found.several,
          place: found,
        };
      }
      case 'minus': {
        const of = numeric(operand.of);
        return {
          ...of,
          values: (lookup) =>
            of.values(lookup)?.map(({ value, label }) => ({ value: -Number(value), label })),
        };
      }
      case '+':
      case '-':
      case '*':
      case '/':
        return computed(operand);
    }
  }

  function numeric(operand: Operand): Ready {
    const found = isWord(operand)
      ? fail(operand.column, unresolved(wordOf(operand), members))
      : ready(operand);
    return found.form === 'number'
      ? found
      : fail(operand.column, { what: `a ${found.form} cannot be computed with` });
  }

  function computed({ is, left, right, column }: Operand & { readonly is: '+' | '-' | '*' | '/' }): Ready {
    const [one, other] = [numeric(left), numeric(right)];
    if (one.several && other.several) {
      fail(column, { what: 'there are several values on both sides', hint: 'name one of them on one side' });
    }
    const adds = is === '+' || is === '-';
    // 2 × 5 V are volts; V × A are nothing that has a name here.
    const mixed =
      one.unit !== undefined && other.unit !== undefined
        ? undefined
        : is === '/'
          ? one.unit
          : (one.unit ?? other.unit);
    const unit = adds ? (one.unit ?? other.unit) : mixed;
    const [a, b] = adds
      ? [inUnit(one, unit, left.column), inUnit(other, unit, right.column)]
      : [one.values, other.values];
    const shown = one.place ?? other.place;
    return {
      unit,
      form: 'number',
      several: one.several || other.several,
      values: (lookup) => {
        const [lefts, rights] = [a(lookup), b(lookup)];
        if (lefts === undefined || rights === undefined) return undefined;
        const found = lefts.flatMap((first) =>
          rights.flatMap((second) => {
            const value = result(is, Number(first.value), Number(second.value));
            const label = other.several || one.place === undefined ? second.label : first.label;
            return Number.isFinite(value) ? [{ value, label }] : [];
          }),
        );
        // Divided by nothing: not known.
        return found.length === 0 ? undefined : found;
      },
      ...(shown === undefined ? {} : { place: shown }),
    };
  }

  function inUnit({ values, unit: own }: Ready, unit: Unit | undefined, column: number): Values {
    if (own === undefined || unit === undefined) return values;
    if (own.base !== unit.base) return fail(column, otherUnit(own, unit));
    if (own.factor === unit.factor) return values;
    const scale = (value: number): number => tidy((value * own.factor) / unit.factor, 9);
    return (lookup) => values(lookup)?.map(({ value, label }) => ({ value: scale(Number(value)), label }));
  }

  function inUnitOf(
    { value, unit: own, column }: Parameters<Operands['inUnitOf']>[0],
    target: Unit | undefined,
  ): number {
    if (own === undefined) return value;
    if (target === undefined) return fail(column, { what: `here is no unit, so ${unitText(own)} cannot be` });
    if (own.base !== target.base) return fail(column, otherUnit(own, target));
    return tidy((value * own.factor) / target.factor, 9);
  }

  return { ready, place, isWord, inUnit, inUnitOf, fail };
}

function wordOf(operand: Operand): string {
  return operand.is === 'name' ? operand.name : operand.is === 'text' ? operand.text : '';
}

export function unresolved(name: string, members: readonly Member[]): Unresolved {
  const found = resolvePlace(name, members);
  return 'what' in found ? found : { what: `'${name}' is no number` };
}

function otherUnit(one: Unit, other: Unit): Unresolved {
  return { what: `${unitText(one)} cannot be compared with ${unitText(other)}` };
}

function result(is: '+' | '-' | '*' | '/', left: number, right: number): number {
  switch (is) {
    case '+':
      return tidy(left + right, 9);
    case '-':
      return tidy(left - right, 9);
    case '*':
      return tidy(left * right, 9);
    case '/':
      return left / right;
  }
}
