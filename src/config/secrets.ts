import { isAbsolute, join } from 'node:path';
import { faultOf } from '../core/fault.ts';

/** Where values come from that do not stand in the file. */
export interface Surroundings {
  /** Variables of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file as text; throws when it cannot. */
  readonly readFile: (path: string) => string;
  /** The folder of the configuration, which paths are relative to. */
  readonly folder: string;
}

/** A text with what was put into it, or why that could not be. */
export type Filled =
  { readonly text: string; readonly filled: boolean } | { readonly problem: string; readonly hint: string };

const VARIABLE = /\$?\$\{([^}]*)\}?/g;
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * A text with `${NAME}` replaced by the variable of that name, `${NAME:-otherwise}` by something else where it is unset
 * or empty. `$${` stands for `${`.
 */
export function fillIn(text: string, env: Surroundings['env']): Filled {
  let problem: Filled | undefined;
  let filled = false;
  const out = text.replace(VARIABLE, (whole, inside: string) => {
    if (whole.startsWith('$$')) return whole.slice(1);
    const [, name, otherwise] = INSIDE.exec(inside) ?? [];
    filled = true;
    if (name === undefined || !whole.endsWith('}')) {
      problem ??= {
        problem: 'expected a name of letters, digits and _ between ${ and }',
        hint: '${NAME} stands for a variable of the environment; write $${ for the characters themselves',
      };
      return whole;
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined && (value !== '' || otherwise === undefined)) return value;
    if (otherwise !== undefined) return otherwise;
    problem ??= {
      problem: `the variable ${name} is not set in the environment`,
      hint: `set it where busbar is started, or write \${${name}:-otherwise}`,
    };
    return whole;
  });
  return problem ?? { text: out, filled };
}

/** A path as written, from the folder of the configuration. */
export function resolvePath(path: string, { folder }: Surroundings): string {
  return isAbsolute(path) ? path : join(folder, path);
}

/** The content of a file without the line end behind it. */
export function contentOf(path: string, surroundings: Surroundings): Filled {
  const file = resolvePath(path, surroundings);
  try {
    return { text: surroundings.readFile(file).replace(/\r?\n$/, ''), filled: true };
  } catch (error) {
    return {
      problem: `the file ${file} cannot be read: ${faultOf(error, 'config').message}`,
      hint: 'paths are relative to the folder of the configuration',
    };
  }
}
