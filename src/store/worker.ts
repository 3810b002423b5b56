/** The thread of the database: one call after the other, and what is not urgent while nobody asks. */
import { parentPort, workerData } from 'node:worker_threads';
import { faultOf } from '../core/fault.ts';
import { type Engine, openEngine } from './engine.ts';
import { exportPage } from './export.ts';
import { seriesOf } from './series.ts';
import type { CallName, Calls, Opening, Reply, Request, SentFault } from './messages.ts';

const opening = workerData as Opening; // given by `openStore`, which alone starts this file

function say(reply: Reply): void {
  parentPort?.postMessage(reply);
}

function sent(thrown: unknown): SentFault {
  const { code, message, hint } = faultOf(thrown, 'output');
  return { code, message, hint };
}

/** Milliseconds until the thread holds what it is going to hold. */
const SETTLED = 10_000;

/**
 * Lets go of garbage: 5 MB after loading, and 15 ms of this thread, where calls wait as for any other. V8 would keep it
 * for days. Only where whoever started the process lets us (`--expose-gc`).
 */
function giveBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

type Handlers = { readonly [Name in CallName]: (input: Calls[Name]['in']) => Calls[Name]['out'] };

function handlersOf(engine: Engine): Handlers {
  let working = false;
  const work = (now: number, steady: boolean): void => {
    working = engine.step(now, steady);
    // Calls that have come in the meantime are answered between two steps.
    if (working) setImmediate(work, now, steady);
  };
  return {
    commit: ({ batch, dropped, now }) => engine.commit(batch, dropped, now),
    read: ({ after, limit, filter }) => engine.ask(({ journal }) => journal.read(after, limit, filter)),
    cursor: (output) =>
      engine.ask(({ journal }) => ({
        at: journal.cursor(output),
        oldest: journal.oldest(),
        newest: journal.newest(),
      })),
    outputs: () => engine.ask(({ journal }) => journal.outputs()),
    backlog: (output) => engine.ask(({ journal }) => journal.backlog(output)),
    quarantined: (output) => engine.ask(({ journal }) => journal.quarantined(output)),
    remembered: (name) => engine.ask(({ journal }) => journal.remembered(name)),
    history: ({ query, now }) => engine.ask(({ history }) => history.query(query, now)),
    latest: (member) => engine.ask(({ journal }) => journal.latest(member)),
    series: () => engine.ask(seriesOf),
    events: (query) => engine.ask(({ journal }) => journal.events(query)),
    exportPage: ({ query, position }) => engine.ask((database) => exportPage(database, query, position)),
    status: () => engine.status(),
    check: () => engine.ask(() => engine.check()),
    work: ({ now, steady }) => {
      if (!working) work(now, steady);
      return undefined;
    },
    close: () => {
      engine.close();
      return undefined;
    },
  };
}

function answer(handlers: Handlers, { id, name, input }: Request): void {
  try {
    // A name and its input belong together; the compiler cannot follow that through the union.
    const handler = handlers[name] as (input: unknown) => unknown;
    say({ what: 'answer', id, output: handler(input) });
  } catch (thrown) {
    say({ what: 'fault', id, fault: sent(thrown) });
  }
  if (name === 'close') parentPort?.close();
}

try {
  const engine = openEngine({
    ...opening,
    report: (event) => {
      say({ what: 'event', event });
    },
  });
  say({ what: 'opened', newest: engine.newest() });
  const handlers = handlersOf(engine);
  // What is asked in the meantime waits.
  engine.verify(opening.now);
  giveBack();
  // The first commits have compiled what the thread will need.
  setTimeout(giveBack, SETTLED).unref();
  parentPort?.on('message', (request: Request) => {
    answer(handlers, request);
  });
} catch (thrown) {
  say({ what: 'refused', fault: sent(thrown) });
}
