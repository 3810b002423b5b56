import { lex, ruleFault, type Token } from './rule-lex.ts';
import { type Unit, unitNamed } from './rule-unit.ts';

/** A number that is computed, or a word. */
export type Operand =
  | { readonly is: 'number'; readonly value: number; readonly unit?: Unit; readonly column: number }
  /** Quoted, never a name. */
  | { readonly is: 'text'; readonly text: string; readonly column: number }
  /** A place (`rack.voltage`), or a word (`over_voltage`): which, only the names of the site tell. */
  | { readonly is: 'name'; readonly name: string; readonly column: number }
  | { readonly is: 'minus'; readonly of: Operand; readonly column: number }
  | {
      readonly is: '+' | '-' | '*' | '/';
      readonly left: Operand;
      readonly right: Operand;
      readonly column: number;
    };

export type Comparison = '>' | '<' | '>=' | '<=' | '==' | '!=' | 'contains';

/** How the data of a member or group may stand. */
export const STANDINGS = ['fresh', 'stale', 'gone', 'unknown'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Something that is true or not. */
export type Condition =
  | {
      readonly is: 'compare';
      readonly by: Comparison;
      readonly left: Operand;
      readonly right: Operand;
      readonly column: number;
    }
  | {
      readonly is: 'stands';
      readonly name: string;
      readonly standing: Standing;
      readonly column: number;
    }
  /** A flag by itself. */
  | { readonly is: 'flag'; readonly name: string; readonly column: number }
  | { readonly is: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly is: 'not'; readonly of: Condition };

/** A rule as written, names not looked up yet. */
export interface ParsedRule {
  readonly when: Condition;
  /** Milliseconds. */
  readonly hold: number;
  readonly hysteresis?: { readonly value: number; readonly unit?: Unit; readonly column: number };
  readonly clearWhen?: Condition;
  readonly clearHold?: number;
}

const COMPARISONS: readonly string[] = ['>', '<', '>=', '<=', '==', '!=', 'contains'];
const DURATIONS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5 };
/** Words that end an operand: they are no units. */
const KEYWORDS = new Set([
  'and',
  'or',
  'not',
  'is',
  'for',
  'clear',
  'when',
  'after',
  'hysteresis',
  'contains',
]);
/** Parentheses within one another; more is no rule that a person wrote. */
const DEEPEST = 50;

/**
 * Reads a rule:
 *
 *     CONDITION [for DURATION] [hysteresis NUMBER] [clear when CONDITION [for DURATION] | clear after DURATION]
 *
 * Throws a `config` fault with the column and what was expected there.
 */
export function parseRule(rule: string): ParsedRule {
  const tokens = lex(rule);
  let at = 0;
  let depth = 0;
  const here = (): Token => tokens[at] ?? { is: 'end', text: '', column: rule.length + 1 };
  const next = (): Token => tokens[at++] ?? here();
  const isHere = (text: string): boolean => here().text === text && here().is !== 'text';
  const taken = (text: string): boolean => {
    if (!isHere(text)) return false;
    at++;
    return true;
  };
  const expected = (what: string): never => {
    const { is, text, column } = here();
    throw ruleFault(rule, column, `expected ${what}, found ${is === 'end' ? 'the end' : `'${text}'`}`);
  };
  const expect = (text: string): void => {
    if (!taken(text)) expected(`'${text}'`);
  };
  const deeper = <T>(inner: () => T): T => {
    if (++depth > DEEPEST) throw ruleFault(rule, here().column, 'too many parentheses within one another');
    const result = inner();
    depth--;
    return result;
  };

  function either(): Condition {
    let left = both();
    while (taken('or')) left = { is: 'or', left, right: both() };
    return left;
  }

  function both(): Condition {
    let left = denied();
    while (taken('and')) left = { is: 'and', left, right: denied() };
    return left;
  }

  function denied(): Condition {
    return taken('not') ? deeper(() => ({ is: 'not', of: denied() })) : single();
  }

  /** A parenthesis may hold a condition or a number: it is read as a condition first. */
  function single(): Condition {
    if (!isHere('(')) return compared();
    const [begin, before] = [at, depth];
    let trouble: unknown;
    let reached = begin;
    try {
      at++;
      const inside = deeper(either);
      expect(')');
      if (!continuesOperand()) return inside;
    } catch (error) {
      trouble = error;
      reached = at;
    }
    [at, depth] = [begin, before];
    try {
      return compared();
    } catch (error) {
      // Whichever was understood further says what is wrong.
      throw trouble !== undefined && reached >= at ? trouble : error;
    }
  }

  function continuesOperand(): boolean {
    return here().is !== 'text' && ['+', '-', '*', '/', ...COMPARISONS].includes(here().text);
  }

  function compared(): Condition {
    const left = sum();
    const { text, column } = here();
    if (left.is === 'name' && taken('is')) return stands(left.name, left.column);
    if (here().is !== 'text' && COMPARISONS.includes(text)) {
      at++;
      return { is: 'compare', by: text as Comparison, left, right: sum(), column }; // just looked up
    }
    if (left.is === 'name') return { is: 'flag', name: left.name, column: left.column };
    return expected(`a comparison (${COMPARISONS.join(' ')})`);
  }

  function stands(name: string, column: number): Condition {
    const denies = taken('not');
    const standing = STANDINGS.find(isHere) ?? expected(STANDINGS.join(', '));
    at++;
    const condition: Condition = { is: 'stands', name, standing, column };
    return denies ? { is: 'not', of: condition } : condition;
  }

  function sum(): Operand {
    let left = product();
    for (;;) {
      const { column } = here();
      if (taken('+')) left = { is: '+', left, right: product(), column };
      else if (taken('-')) left = { is: '-', left, right: product(), column };
      else return left;
    }
  }

  function product(): Operand {
    let left = factor();
    for (;;) {
      const { column } = here();
      if (taken('*')) left = { is: '*', left, right: factor(), column };
      else if (taken('/')) left = { is: '/', left, right: factor(), column };
      else return left;
    }
  }

  function factor(): Operand {
    const { is, text, column } = here();
    if (taken('(')) {
      const inside = deeper(sum);
      expect(')');
      return inside;
    }
    if (taken('-')) return deeper(() => ({ is: 'minus', of: factor(), column }));
    if (is === 'number') return number();
    if (is === 'text') return { is: 'text', text: next().text, column };
    if (is === 'name' && !KEYWORDS.has(text)) return { is: 'name', name: next().text, column };
    return expected('a value, such as rack.voltage or 3.6 V');
  }

  function number(): Operand & { readonly is: 'number' } {
    const { text, column } = next();
    const value = Number(text);
    const unit = here();
    const isUnit =
      (unit.is === 'name' && !KEYWORDS.has(unit.text)) || unit.text === '%' || unit.text.startsWith('°');
    if (!isUnit || unit.is === 'text') return { is: 'number', value, column };
    const known = unitNamed(unit.text);
    if (known === undefined) {
      throw ruleFault(
        rule,
        unit.column,
        `'${unit.text}' is no unit`,
        'mV, V, A, W, kW, Wh, kWh, Ah, °C, %, min, h',
      );
    }
    at++;
    return { is: 'number', value, unit: known, column };
  }

  /** `5m`, `1h 30m`, `1h30m`. */
  function duration(): number {
    let total = 0;
    do {
      if (here().is !== 'number') expected('a duration, such as 30s, 5m or 2h');
      const { text } = next();
      // The reader of names took the rest of 1h30m for a name.
      const units = /^(s|min|m|h|d)((?:\d+(?:s|min|m|h|d))*)$/.exec(here().text);
      if (units === null) return expected('s, m, h or d');
      at++;
      for (const [, count, unit] of `${text}${units[0]}`.matchAll(/([\d.]+)([a-z]+)/g)) {
        total += Number(count) * (DURATIONS[unit ?? ''] ?? 0);
      }
    } while (here().is === 'number');
    return total;
  }

  const when = either();
  let parsed: ParsedRule = { when, hold: 0 };
  if (taken('for')) parsed = { ...parsed, hold: duration() };
  if (taken('hysteresis')) {
    if (here().is !== 'number') expected('a number');
    const { value, unit, column } = number();
    parsed = { ...parsed, hysteresis: { value, column, ...(unit === undefined ? {} : { unit }) } };
  }
  if (isHere('clear')) {
    const { column } = next();
    if (taken('after')) parsed = { ...parsed, clearHold: duration() };
    else {
      if (!taken('when')) expected("'when' or 'after'");
      if (parsed.hysteresis !== undefined) {
        throw ruleFault(rule, column, "'hysteresis' and 'clear when' say the same: leave one out");
      }
      parsed = { ...parsed, clearWhen: either() };
      if (taken('for')) parsed = { ...parsed, clearHold: duration() };
    }
  }
  if (here().is !== 'end') expected("'and', 'or', 'for', 'hysteresis', 'clear' or the end");
  return parsed;
}
