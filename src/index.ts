/**
 * busbar as a library for Node: the vocabulary of the core.
 *
 * In a browser, import the parts that need no Node: `busbar/core`, `busbar/devices`, `busbar/simulator`.
 */
export * from './core/index.ts';
