import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps the room for young objects as small as it was at the start: 1 MB a half, in every thread. V8 lets it grow to
 * 16 MB a half, since that spares a browser pauses; a gateway makes a few hundred kilobytes of short-lived objects a
 * second and would only hold 60 MB of garbage. A V8 that does not know the flag goes on as it would.
 *
 * To be called before a gateway is loaded, since room once grown is seldom given back.
 */
export function keepMemorySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  // Machine code without optimization, made for everything that runs a few times: 7 MB, and what is hot is optimized anyway.
  setFlagsFromString('--no-sparkplug');
  // Its code grows faster than it gains here: 8 MB, and with 5,000 devices no measurable time.
  setFlagsFromString('--no-maglev');
  // Code that has not run between two collections, as that of starting, goes at the second and not at the sixth: 6 MB.
  // What is wanted after all is compiled again from its text.
  setFlagsFromString('--bytecode-old-age=1');
  // Several threads that compile at once each keep the room for it: 3 MB.
  setFlagsFromString('--concurrent-turbofan-max-threads=1');
  // For `giveBack`, and for the thread of the database, which does the same.
  setFlagsFromString('--expose-gc');
}

/** Milliseconds between two collections, and bytes of heap above which V8 alone decides: some 200 devices. */
const EVERY = 20_000;
const SMALL = 48 * 1024 * 1024;

/**
 * Gives back what loading has used up: 10 MB, and 60 ms. V8 would keep it for days, since a gateway makes too little
 * garbage to make it look. To be called between loading and starting, when nothing waits and there are no devices yet.
 *
 * A small heap is then collected every 20 s. With 64 devices V8 itself does so about every 30 s and lets 5 MB more come
 * together; either is a pause of some 20 ms. A large heap is left to V8, which collects it beside the work.
 */
export function giveBack(): void {
  // The flag gives the function to contexts that are made after it, as those of other threads; this one is older.
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  // The last resort also lets go of the code of functions that have run and of half-empty pages.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setInterval(() => {
    if (getHeapStatistics().total_heap_size < SMALL) collect({ type: 'major', execution: 'sync' });
  }, EVERY).unref();
}
