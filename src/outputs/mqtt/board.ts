import { Fault } from '../../core/fault.ts';
import type { Post } from '../../core/site/broker.ts';

/**
 * What should stand retained on a broker. Of each topic only the latest is kept, and only the wish to send it: while the
 * broker is away or slow, memory does not grow and nobody waits.
 */
export interface Board {
  /** Something under this name has changed: `render` makes its messages when they can be sent. */
  readonly mark: (name: string, render: () => readonly Post[]) => void;
  /** Resolves when everything marked so far is acknowledged; rejects with the reason when it is not (it stays marked). */
  readonly settled: () => Promise<void>;
  /** Forgets what the broker has: what is marked from now on is sent even when it is the same. */
  readonly forget: () => void;
  /** Topics that the broker keeps for us, as far as this run knows. */
  readonly topics: () => readonly string[];
}

/** @param onError told why something could not be sent */
export function board(publish: (post: Post) => Promise<void>, onError: (error: unknown) => void): Board {
  const marks = new Map<string, () => readonly Post[]>();
  /** What the broker has acknowledged, by topic. */
  const sent = new Map<string, string>();
  let running: Promise<void> | undefined;
  /** Counts what was forgotten: what was acknowledged before does not count. */
  let era = 0;

  const sendOne = async (post: Post): Promise<void> => {
    if (sent.get(post.topic) === post.payload) return;
    const then = era;
    await publish(post);
    if (then !== era) return;
    sent.set(post.topic, post.payload);
  };

  const run = async (): Promise<void> => {
    // What is marked in this turn goes out together.
    await Promise.resolve();
    while (marks.size > 0) {
      const turn = [...marks];
      marks.clear();
      const outcomes = await Promise.allSettled(
        turn.map(async ([name, render]) => {
          try {
            await Promise.all(render().map(sendOne));
          } catch (error) {
            if (error instanceof Fault && error.code === 'refused') {
              // It will never take this one; the next may be smaller.
              onError(error);
              return;
            }
            // A newer wish stands for the older.
            if (!marks.has(name)) marks.set(name, render);
            throw error;
          }
        }),
      );
      const failed = outcomes.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }
  };

  const start = (): Promise<void> => {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    mark: (name, render) => {
      marks.set(name, render);
      start().catch(onError);
    },
    settled: () => (running === undefined && marks.size === 0 ? Promise.resolve() : start()),
    forget: () => {
      era++;
      sent.clear();
    },
    topics: () => [...sent].flatMap(([topic, payload]) => (payload === '' ? [] : [topic])),
  };
}
