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

/** A guard of a password that was not tried yet. */
export function passwordGuard(): PasswordGuard {
  let resting: Refusal | undefined;
  let doubtful = 0;
  let proven = false;
  return {
    *protects(exchange) {
      if (resting !== undefined) throw resting;
      try {
        return yield* exchange;
      } catch (error) {
        if (!(error instanceof Refusal) || error.objection !== 'password') throw error;
        doubtful++;
        // A lost answer must not keep a meter from being read whose password is right.
        if (error.doubtful && doubtful < (proven ? DOUBTFUL.proven : DOUBTFUL.new)) throw error;
        resting = rested(error);
        throw resting;
      }
    },
    accepted: () => {
      doubtful = 0;
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
