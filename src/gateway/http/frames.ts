import { hex } from '../../core/bytetext.ts';
import type { Clock } from '../../core/clock.ts';
import type { Device } from '../../core/device.ts';
import { dissect } from '../../core/dissect.ts';
import { pieceDocument } from '../../core/frame-document.ts';
import type { ApiUtterance } from '../../core/site/api.ts';
import type { FrameMonitor, Utterance } from '../../core/frame-monitor.ts';
import { type Audience, comment, event, listener, type Listener } from './event-stream.ts';
import type { Scrub } from './scrub.ts';

/** Explains an utterance by the devices on its line. */
export type Explain = (utterance: Utterance, devices: readonly Device[]) => ApiUtterance;

/** @param scrub keeps passwords that are sent in the clear out of what is shown */
export function explainer(scrub: Scrub): Explain {
  return ({ number, at, direction, pause, bytes }, devices) => ({
    number,
    at,
    direction,
    pause,
    bytes: hex(scrub.bytes(bytes)),
    frames: dissect(devices, bytes).map((piece) => pieceDocument(piece, devices, scrub.bytes)),
  });
}

/** What goes over one line, as a stream of events for everybody who watches it. */
export interface FrameFeed {
  /** @param last number of the last utterance that was seen; undefined: only what comes */
  readonly open: (last: number | undefined) => ReadableStream<Uint8Array>;
}

/** What a feed of frames needs. */
export interface FrameFeedOptions {
  readonly monitor: FrameMonitor;
  readonly clock: Clock;
  readonly devices: () => readonly Device[];
  readonly explain: Explain;
  readonly audience: Audience;
  readonly json: (document: ApiUtterance) => string;
}

/** Milliseconds between two looks whether the line has fallen silent behind an answer, which is over then. */
const LOOK = 100;

/** A feed on a line; while nobody watches, nothing is explained. */
export function frameFeed(options: FrameFeedOptions): FrameFeed {
  const { monitor, clock, audience } = options;
  const watchers = new Set<Listener>();
  let stop: (() => void) | undefined;
  let waiting: Utterance[] = [];

  const bytesOf = (utterance: Utterance): Uint8Array =>
    event('frame', options.json(options.explain(utterance, options.devices())), String(utterance.number));

  const show = (): void => {
    const now = waiting;
    waiting = [];
    for (const bytes of watchers.size === 0 ? [] : now.map(bytesOf)) {
      for (const one of watchers) one.send(bytes);
    }
  };

  const watch = (): (() => void) => {
    const unwatch = monitor.watch((utterance) => {
      // The line comes first: explaining waits until whoever hears it has done.
      if (waiting.push(utterance) === 1) setImmediate(show);
    });
    let cancel: () => void;
    const look = (): void => {
      monitor.recent();
      cancel = clock.after(LOOK, look);
    };
    look();
    return () => {
      cancel();
      unwatch();
    };
  };

  return {
    open: (last) => {
      const one = listener(
        () => comment('frames were left out: you are too slow for this line'),
        () => {
          watchers.delete(one);
          audience.remove(one);
          if (watchers.size > 0) return;
          stop?.();
          stop = undefined;
        },
      );
      one.send(comment('listening'));
      for (const utterance of last === undefined ? [] : monitor.recent()) {
        if (utterance.number > (last ?? 0)) one.send(bytesOf(utterance));
      }
      watchers.add(one);
      audience.add(one);
      stop ??= watch();
      return one.stream;
    },
  };
}
