import type { PasswordMemory } from '../core/device.ts';
import type { Exchange } from '../core/exchange.ts';
import { Refusal } from './refusal.ts';

/** Refusals that may have been the line's doing, in a row, after which a password counts as wrong: before it was ever accepted, and after. */
const DOUBTFUL = { new: 2, proven: 3 } as const;

/**
 * Keeps a password that was refused from being sent again: meters count wrong ones, and lock themselves. Kept as long as
 * the settings of the way to a meter are the same.
 */
export interface PasswordGuard {
  /** Carries out an exchange that sends the password. Once that was refused, the refusal is thrown and nothing is sent. */
  readonly protects: <R>(exchange: Exchange<R>) => Exchange<R>;
  /** The meter has accepted the password. */
  readonly accepted: () => void;
}

/**
 * A guard of a password.
 * @param memory what is known of it, and who keeps what becomes of it; left out: it was not tried yet
 */
export function passwordGuard(memory?: PasswordMemory): PasswordGuard {
  const { refusals = 0, wrong } = memory?.past ?? {};
  let resting = wrong === undefined ? undefined : rested(new Refusal('password', '', wrong));
  let refused = refusals;
  let proven = false;
  return {
    *protects(exchange) {
      if (resting !== undefined) throw resting;
      try {
        return yield* exchange;
      } catch (error) {
        if (!(error instanceof Refusal) || error.objection !== 'password') throw error;
        refused++;
        // A lost answer must not keep a meter from being read whose password is right.
        const isWrong = !error.doubtful || refused >= (proven ? DOUBTFUL.proven : DOUBTFUL.new);
        memory?.note({ refusals: refused, ...(isWrong ? { wrong: error.message } : {}) });
        if (!isWrong) throw error;
        resting = rested(error);
        throw resting;
      }
    },
    accepted: () => {
      if (!proven || refused > 0) memory?.note(undefined);
      refused = 0;
      proven = true;
    },
  };
}

function rested({ answer, message, evidence }: Refusal): Refusal {
  return new Refusal('password', answer, `${message}; it is not sent again`, {
    hint: 'meters lock themselves after a few wrong ones: correct the password of this device, or have it tried again',
    rests: true,
    ...(evidence === undefined ? {} : { evidence }),
  });
}
