import type { Device, Family } from '../core/device.ts';
import { type Hit, searchLink, type SearchTold } from '../core/search.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink, parseLink } from '../node/parse-link.ts';

/** Looks for devices on links with read-only questions, until it is done or the signal aborts. */
export async function searchLinks(
  links: readonly string[],
  kinds: readonly (Device | Family)[],
  told: SearchTold,
  signal: AbortSignal,
): Promise<readonly Hit[]> {
  const hits: Hit[] = [];
  for (const target of links) {
    if (signal.aborted) break;
    const { kind } = parseLink(target);
    const fixed = kind !== 'serial' && kind !== 'rfc2217';
    const link = openLink(target, { log: told.note });
    hits.push(...(await searchLink({ target, link, fixed, clock: systemClock }, kinds, told, signal)));
  }
  return hits;
}
