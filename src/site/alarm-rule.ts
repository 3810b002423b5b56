import { format, quantity } from '../core/quantity.ts';
import type { Member, Severity } from '../core/site/index.ts';
import type { Scalar } from '../core/site/index.ts';
import { operands, unresolved } from './rule-operand.ts';
import { type Comparison, type Condition, type Operand, type ParsedRule, parseRule } from './rule-parse.ts';
import { type Found, type Lookup, type PlaceOnSite, resolveStanding } from './rule-path.ts';

export { type Lookup, pulseOf } from './rule-path.ts';

/** A rule as the owner wrote it. */
export interface RuleSettings {
  /** Name of the alarm; absent: the condition itself. */
  readonly name?: string;
  /** `rack.cell_voltage_spread > 0.1 for 5m`; see docs/alarms.md. */
  readonly when: string;
  /** What to tell people; absent: the condition. */
  readonly say?: string;
  /** Absent: `warning`. */
  readonly severity?: Severity;
}

/** What a condition says now. Undefined: a value that it needs is unknown or not fresh. */
export interface Truth {
  readonly holds: boolean | undefined;
  /** What made it hold: `rack.packs.2.cell_voltages.5 is 3.710 V`. */
  readonly because?: string;
}

/** A rule that was understood. */
export interface Rule {
  /** The subject of its alarm: the name. */
  readonly subject: string;
  readonly severity: Severity;
  /** The member it speaks of, where it speaks of one only. */
  readonly member?: string;
  readonly say: string;
  /** Milliseconds for which it must hold before the alarm is raised. */
  readonly hold: number;
  /** Milliseconds for which the end must hold before it is cleared; undefined: the usual. */
  readonly clearHold: number | undefined;
  readonly begins: (lookup: Lookup) => Truth;
  /** Whether it is over. */
  readonly ends: (lookup: Lookup) => boolean | undefined;
}

/** A condition made ready. `slack` moves every limit away, so that what holds holds on; in the units of each limit. */
type Test = (lookup: Lookup, slack: boolean) => Truth;

/**
 * Understands a rule. Throws a `config` fault with the column, what was expected there and the nearest name that is
 * known.
 */
export function alarmRule(settings: RuleSettings, members: readonly Member[]): Rule {
  const { when, name = when, say = when, severity = 'warning' } = settings;
  const parsed = parseRule(when);
  const spoken = new Set<string>();
  const compiler = compilerOf(when, members, parsed.hysteresis, spoken);
  const begin = compiler(parsed.when);
  const end = parsed.clearWhen === undefined ? undefined : compiler(parsed.clearWhen);
  const [member] = spoken;
  return {
    subject: name,
    severity,
    ...(spoken.size === 1 && member !== undefined ? { member } : {}),
    say,
    hold: parsed.hold,
    clearHold: parsed.clearHold,
    begins: (lookup) => begin(lookup, false),
    ends: (lookup) => {
      if (end !== undefined) return end(lookup, false).holds;
      const { holds } = begin(lookup, true);
      return holds === undefined ? undefined : !holds;
    },
  };
}

function compilerOf(
  rule: string,
  members: readonly Member[],
  hysteresis: ParsedRule['hysteresis'],
  spoken: Set<string>,
): (condition: Condition) => Test {
  const { ready, place, isWord, inUnit, inUnitOf, fail } = operands(rule, members, spoken);

  function test(condition: Condition, denied: boolean): Test {
    switch (condition.is) {
      case 'and':
      case 'or': {
        const [left, right] = [test(condition.left, denied), test(condition.right, denied)];
        const decisive = condition.is === 'or';
        return (lookup, slack) => joined(left(lookup, slack), right(lookup, slack), decisive);
      }
      case 'not': {
        const inner = test(condition.of, !denied);
        return (lookup, slack) => {
          const { holds } = inner(lookup, slack);
          return { holds: holds === undefined ? undefined : !holds };
        };
      }
      case 'stands':
        return stands(condition);
      case 'flag': {
        const flag = place(condition.name, condition.column);
        if (quantity(flag.field.quantity).form !== 'flag') {
          fail(condition.column, {
            what: `'${condition.name}' is no flag`,
            hint: 'compare it with something',
          });
        }
        return (lookup) => any(flag.read(lookup), ({ value }) => value === true, flag);
      }
      case 'compare':
        return compare(condition, denied);
    }
  }

  function stands({ name, standing, column }: Condition & { readonly is: 'stands' }): Test {
    const found = resolveStanding(name, members);
    if ('what' in found) return fail(column, found);
    spoken.add(found.member);
    return (lookup) => {
      const now = found.read(lookup);
      // What is gone is stale as well; of what was never read nobody can say either.
      if (now === 'unknown' && standing !== 'unknown') return { holds: undefined };
      const holds = now === standing || (standing === 'stale' && now === 'gone');
      return holds ? { holds, because: `${name} is ${now}` } : { holds };
    };
  }

  function compare(
    { by, left, right, column }: Condition & { readonly is: 'compare' },
    denied: boolean,
  ): Test {
    if (left.is === 'text') fail(left.column, { what: 'a text stands only behind == != contains' });
    if (left.is === 'name' && isWord(left)) fail(left.column, unresolved(left.name, members));
    if (isWord(right)) return compareWord(left, by, right, column);
    const [one, other] = [ready(left), ready(right)];
    for (const [operand, { form }] of [
      [left, one],
      [right, other],
    ] as const) {
      if (form !== 'number') {
        fail(operand.column, {
          what: `a ${form} is compared with a number`,
          hint:
            form === 'flag'
              ? 'a flag stands by itself, or behind not'
              : 'words are compared by == != contains',
        });
      }
    }
    if (by === 'contains')
      return fail(column, { what: "'contains' looks for a word", hint: 'compare numbers with ==' });
    if (one.several && other.several) {
      fail(column, { what: 'there are several values on both sides', hint: 'name one of them on one side' });
    }
    const unit = one.unit ?? other.unit;
    const [low, high] = [inUnit(one, unit, left.column), inUnit(other, unit, right.column)];
    const slackOf = hysteresis === undefined ? 0 : inUnitOf(hysteresis, unit) * (denied ? -1 : 1);
    const shown = one.place ?? other.place;
    return (lookup, slack) => {
      const [lefts, rights] = [low(lookup), high(lookup)];
      if (lefts === undefined || rights === undefined) return { holds: undefined };
      const more = slack ? slackOf : 0;
      for (const a of lefts) {
        for (const b of rights) {
          if (isTrue(by, Number(a.value), Number(b.value), more)) {
            return { holds: true, because: said(one.place === undefined ? b : a, shown) };
          }
        }
      }
      return { holds: false };
    };
  }

  function compareWord(left: Operand, by: Comparison, right: Operand, column: number): Test {
    if (by !== '==' && by !== '!=' && by !== 'contains') {
      return fail(column, { what: `a word cannot be compared by ${by}`, hint: '== != contains' });
    }
    const one = ready(left);
    const word = right.is === 'text' ? right.text : right.is === 'name' ? right.name : '';
    if (one.form === 'number') {
      fail(right.column, unresolved(word, members));
    }
    const wanted: Scalar = one.form === 'flag' ? word === 'true' : word;
    if (one.form === 'flag' && word !== 'true' && word !== 'false') {
      fail(right.column, { what: `a flag is true or false, not '${word}'` });
    }
    const equal = ({ value, listed }: Found): boolean =>
      value === wanted ||
      (by === 'contains' && typeof value === 'string' && listed === undefined && value.includes(word));
    return (lookup) => {
      const found = one.values(lookup);
      return by === '!=' ? any(found, (value) => !equal(value), one.place) : any(found, equal, one.place);
    };
  }

  return (condition) => test(condition, false);
}

function joined(left: Truth, right: Truth, decisive: boolean): Truth {
  const because = [left, right].flatMap((one) => (one.holds === true ? (one.because ?? []) : [])).join('; ');
  const said = because === '' ? {} : { because };
  if (left.holds === decisive || right.holds === decisive) return { holds: decisive, ...said };
  if (left.holds === undefined || right.holds === undefined) return { holds: undefined };
  return { holds: !decisive, ...said };
}

function any(
  found: readonly Found[] | undefined,
  fits: (one: Found) => boolean,
  place: PlaceOnSite | undefined,
): Truth {
  if (found === undefined) return { holds: undefined };
  const one = found.find(fits);
  return one === undefined ? { holds: false } : { holds: true, because: said(one, place) };
}

function said({ value, label }: Found, place: PlaceOnSite | undefined): string {
  return `${label} is ${place === undefined ? String(value) : format(value, place.field.quantity)}`;
}

function isTrue(by: Comparison, left: number, right: number, slack: number): boolean {
  switch (by) {
    case '>':
      return left > right - slack;
    case '>=':
      return left >= right - slack;
    case '<':
      return left < right + slack;
    case '<=':
      return left <= right + slack;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case 'contains':
      return false;
  }
}
