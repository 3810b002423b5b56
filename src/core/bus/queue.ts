/**
 * Whose turn it is. Lower ranks first, then the earlier deadline, then first come first served; a job that has
 * waited gains one rank every few seconds, so that nothing starves behind a busy poll.
 */

/** What a job is for, most urgent first. */
export const RANKS = ['write', 'user', 'live', 'slow', 'archive'] as const;

/** Urgency of a job: a write, a person waiting, live values, slow values, archives read in the gaps. */
export type Rank = (typeof RANKS)[number];

/** What the order depends on. Times are of the bus's clock, in milliseconds. */
export interface Waiting {
  readonly rank: Rank;
  /** When its result is wanted; later than everything when absent. */
  readonly deadline?: number | undefined;
  /** When it was handed in. */
  readonly since: number;
}

/** Milliseconds of waiting that lift a job by one rank. */
export const AGING = 5_000;

/** Rank number after aging; may be below that of a write. */
function urgency(job: Waiting, now: number): number {
  return RANKS.indexOf(job.rank) - Math.floor((now - job.since) / AGING);
}

/** Takes the most urgent job out of the list, or returns undefined when the list is empty. */
export function takeNext<J extends Waiting>(jobs: J[], now: number): J | undefined {
  if (jobs.length < 2) return jobs.pop();
  let best = -1;
  for (const [index, job] of jobs.entries()) {
    const champion = jobs[best];
    if (champion === undefined || comesBefore(job, champion, now)) best = index;
  }
  return best < 0 ? undefined : jobs.splice(best, 1)[0];
}

function comesBefore(job: Waiting, other: Waiting, now: number): boolean {
  const difference = urgency(job, now) - urgency(other, now);
  if (difference !== 0) return difference < 0;
  const [mine, theirs] = [job.deadline ?? Infinity, other.deadline ?? Infinity];
  return mine === theirs ? job.since < other.since : mine < theirs;
}
