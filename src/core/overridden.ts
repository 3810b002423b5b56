import { line as lineOf, type Format, type Line } from './line.ts';

/** The line that a device wants, with what the user fixed in the link put in its place. */
export function overridden(line: Line, fixed: { readonly baud?: number; readonly format?: Format }): Line {
  const base = fixed.format === undefined ? line : lineOf(line.baud, fixed.format);
  return fixed.baud === undefined ? base : { ...base, baud: fixed.baud };
}
