import type { Clock } from '../../core/clock.ts';
import type { MqttOptions } from './options.ts';

/** What is done now and then. */
export interface Beat {
  readonly beat: Readonly<Record<string, unknown>>;
  /** Publishes the heartbeat. */
  readonly show: (payload: string) => void;
  /** Sends every state once more, before the broker forgets it. */
  readonly renew: () => void;
}

/** Milliseconds between two heartbeats. */
const PERIOD = 60_000;

/** Says once a minute how the gateway fares, and renews states that expire. The returned function ends it. */
export function heartbeat(
  clock: Clock,
  { expiry }: Pick<MqttOptions, 'expiry'>,
  now: () => Beat,
): () => void {
  const every = (milliseconds: number, act: () => void): (() => void) => {
    let cancel = (): void => undefined;
    const next = (): void => {
      cancel = clock.after(milliseconds, () => {
        act();
        next();
      });
    };
    next();
    return () => cancel();
  };
  const stops = [
    every(PERIOD, () => {
      const { beat, show } = now();
      show(JSON.stringify(beat));
    }),
    ...(expiry === undefined ? [] : [every(expiry / 3, () => now().renew())]),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
