/**
 * busbar as a library for Node.
 *
 * In a browser, import the parts that need no Node: `busbar/core`, `busbar/devices`, `busbar/simulator`.
 */
export * from './core/index.ts';
export { catalog } from './devices/index.ts';
export { openLink } from './node/parse-link.ts';
export { type OpenDevice, type OpenLine, openLine } from './open.ts';
