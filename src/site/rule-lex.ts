import { Fault } from '../core/fault.ts';

/** A word, number or sign of a rule, with the column at which it stands, counted from 1. */
export interface Token {
  readonly is: 'number' | 'name' | 'text' | 'sign' | 'end';
  readonly text: string;
  readonly column: number;
}

/** Names with their places behind: `rack.packs.*.cell_voltages.3`, `stale`, `mV`. */
const NAME = /[\p{L}_][\p{L}\d_-]*(?:\.(?:\*|[\p{L}\d_-]+))*/uy;
const NUMBER = /\d+(?:\.\d+)?/y;
const TEXT = /"[^"]*"|'[^']*'/y;
const SIGN = /==|!=|>=|<=|[<>+\-*/()%]|°C?/y;
const BLANK = /\s+/y;

/** The tokens of a rule; the last is its end. Throws a `config` fault at a character that belongs nowhere. */
export function lex(rule: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const taken = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(rule)?.[0];
  };
  while (at < rule.length) {
    const blank = taken(BLANK);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const column = at + 1;
    const found = (
      [
        ['number', NUMBER],
        ['name', NAME],
        ['text', TEXT],
        ['sign', SIGN],
      ] as const
    )
      .map(([is, pattern]) => ({ is, text: taken(pattern) }))
      .find(({ text }) => text !== undefined);
    if (found?.text === undefined) {
      const sign = rule.slice(at, at + 1);
      throw ruleFault(
        rule,
        column,
        `'${sign}' has no meaning here`,
        sign === '=' ? "equal is '=='" : undefined,
      );
    }
    at += found.text.length;
    tokens.push({ is: found.is, text: found.is === 'text' ? found.text.slice(1, -1) : found.text, column });
  }
  return [...tokens, { is: 'end', text: '', column: rule.length + 1 }];
}

/** What is wrong with a rule, where, and what to do. */
export function ruleFault(rule: string, column: number, what: string, hint?: string): Fault {
  return new Fault(
    'config',
    `alarm rule '${rule}', column ${column}: ${what}`,
    hint === undefined ? {} : { hint },
  );
}
