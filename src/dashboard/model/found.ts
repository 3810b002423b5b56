import type { ApiScanHit } from '../../core/site/api.ts';
import { busesWith, type Chosen, yamlText } from './merge.ts';

/** A device as it is asked for before it is configured: the body of `POST /api/probe`. */
export interface ProbeAsk {
  readonly link: string;
  readonly device: string;
  readonly address: number;
  readonly line?: { readonly baud: number; readonly format: string };
  readonly access?: Readonly<Record<string, string>>;
}

/** What will be connected: as the configuration writes it, and as it can be read before. */
export interface ToConnect {
  /** The section `buses`. */
  readonly yaml: string;
  readonly devices: readonly ProbeAsk[];
}

/**
 * What a search on one link has found.
 * @param yaml the section `buses` as the gateway proposes it; undefined: the search was not waited for
 * @param taken names that members and buses have already
 */
export function foundBySearch(
  hits: readonly ApiScanHit[],
  yaml: string | undefined,
  taken: readonly string[],
): ToConnect {
  const devices = hits.map(({ link, line, device, address }): ProbeAsk => {
    const [, baud, format] = /^(\d+) (\w+)$/.exec(line) ?? [];
    return {
      link,
      device,
      address,
      ...(baud === undefined || format === undefined ? {} : { line: { baud: Number(baud), format } }),
    };
  });
  return { yaml: yaml ?? busesOf(devices, taken), devices };
}

/** The section `buses` with devices on one bus, named after what they are. */
function busesOf(devices: readonly ProbeAsk[], taken: readonly string[]): string {
  const [first] = devices;
  if (first === undefined) return '';
  const names: string[] = [];
  const free = (wanted: string): string => {
    const used = [...taken, ...names];
    let name = wanted;
    for (let count = 2; used.includes(name); count++) name = `${wanted}-${count}`;
    names.push(name);
    return name;
  };
  const own = devices.map(
    ({ device, address }) => `      - { name: ${free(device)}, device: ${device}, address: ${address} }`,
  );
  return [
    'buses:',
    `  - name: ${names[0] ?? ''}`,
    `    link: ${yamlText(first.link)}`,
    ...(first.line === undefined
      ? []
      : [`    line: { baud: ${first.line.baud}, format: ${first.line.format} }`]),
    '    devices:',
    ...own,
    '',
  ].join('\n');
}

/** What a person has chosen. */
export function foundByHand(chosen: Chosen): ToConnect {
  const { link, device, address, access } = chosen;
  return { yaml: busesWith(chosen), devices: [{ link, device, address, ...(access && { access }) }] };
}
