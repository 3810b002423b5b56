import type { DeviceConfig } from '../config/index.ts';
import type { Place } from '../core/read.ts';
import type { Logger } from '../core/site/index.ts';
import { keepProfile, type ProfileKeeping } from './archives.ts';

/** Reads the load profiles of a site where their owner wants it. */
export interface ProfileKeeper {
  /** Begins with a device that was found; ends what was begun for it before. */
  readonly follow: (member: string, wanted: Pick<DeviceConfig, 'profile'>, place: Place) => void;
  /** Ends what was begun for a device. */
  readonly end: (member: string) => void;
  /** Ends all of it. */
  readonly close: () => void;
}

/** What all profiles have in common, and a logger for each device. */
export type ProfileKeeperOptions = Pick<ProfileKeeping, 'clock' | 'store' | 'meter' | 'keep'> & {
  readonly log: (part: string) => Logger;
};

/** Nothing is read yet. */
export function profileKeeper({ log, ...common }: ProfileKeeperOptions): ProfileKeeper {
  const running = new Map<string, AbortController>();
  const end = (member: string): void => {
    running.get(member)?.abort();
    running.delete(member);
  };
  return {
    follow: (member, { profile }, place) => {
      end(member);
      if (profile === undefined || place.device.profile === undefined) return;
      const stop = new AbortController();
      running.set(member, stop);
      void keepProfile({ ...common, ...profile, member, place, log: log(member), signal: stop.signal });
    },
    end,
    close: () => [...running.keys()].forEach(end),
  };
}
