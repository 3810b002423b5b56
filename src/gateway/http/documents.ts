import type { ApiLine, ApiOutput } from '../../core/site/api.ts';
import type { LineStatus, OutputStatus } from '../gateway.ts';

/** A line as the API shows it. */
export function lineDocument({ name, link, trouble, health, devices, rawPort }: LineStatus): ApiLine {
  const { bytesIn, bytesOut, frames, foreign, echoes, bad, noiseBytes, staleBytes, utilisation } = health;
  return {
    name,
    link,
    ...(trouble === undefined ? {} : { trouble }),
    utilisation,
    counters: {
      bytes_in: bytesIn,
      bytes_out: bytesOut,
      frames,
      foreign,
      echoes,
      bad,
      noise_bytes: noiseBytes,
      stale_bytes: staleBytes,
    },
    devices,
    health: Object.fromEntries(
      Object.entries(health.devices).map(([user, of]) => {
        const { answered, faults, retries, turnaround, silentFor, lastFault } = of;
        return [
          user,
          {
            answered,
            faults,
            retries,
            ...(turnaround === undefined ? {} : { turnaround }),
            silent_for: silentFor,
            ...(lastFault === undefined ? {} : { last_fault: lastFault }),
          },
        ];
      }),
    ),
    ...(rawPort === undefined ? {} : { raw_port: rawPort }),
  };
}

/** An output as the API shows it. */
export function outputDocument({ nextAttempt, ...rest }: OutputStatus): ApiOutput {
  return { ...rest, ...(nextAttempt === undefined ? {} : { next_attempt: nextAttempt }) };
}
