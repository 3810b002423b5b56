/** What one trouble did when it was looked at. */
export type Turn = 'raised' | 'cleared' | undefined;

/** One trouble over time. What is not known counts neither for it nor against it. */
export interface Watch {
  readonly raised: () => boolean;
  /**
   * @param begins whether the trouble is there; undefined: not known
   * @param over whether it is over, which may ask for more than that it is not there
   * @param now milliseconds of a clock that never goes back
   */
  readonly look: (begins: boolean | undefined, over: boolean | undefined, now: number) => Turn;
}

/**
 * @param hold milliseconds for which a trouble must be there before it is raised
 * @param calm milliseconds for which it must be over before it is cleared
 * @param raised whether it was raised before a restart
 */
export function watch(hold: number, calm: number, raised = false): Watch {
  let standing = raised;
  /** Milliseconds for which it is known to have been otherwise without a break. */
  let lasted = 0;
  let last: { readonly otherwise: boolean | undefined; readonly now: number } | undefined;
  return {
    raised: () => standing,
    look: (begins, over, now) => {
      const otherwise = standing ? over : begins;
      // Only time between two looks that agree is known to have been so.
      if (otherwise === false) lasted = 0;
      else if (otherwise === true && last?.otherwise === true) lasted += Math.max(0, now - last.now);
      last = { otherwise, now };
      if (otherwise !== true || lasted < (standing ? calm : hold)) return undefined;
      standing = !standing;
      lasted = 0;
      last = undefined;
      return standing ? 'raised' : 'cleared';
    },
  };
}
