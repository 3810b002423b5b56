import { Fault } from '../../core/fault.ts';
import { type Finding, mapping, type Path, textIn } from '../finding.ts';
import { httpSchema } from '../sections.ts';
import { busesIn } from './read.ts';

/** Checks a link; see `ParseOptions`. */
export type CheckLink = (link: string) => string | undefined;

/** Links, and everything that listens. */
export function checkNetwork(root: unknown, checkLink: CheckLink | undefined): Finding[] {
  return [...links(root, checkLink ?? ((link) => link)), ...listeners(root), ...openness(root)];
}

function links(root: unknown, check: CheckLink): Finding[] {
  const taken = new Map<string, string>();
  return busesIn(root).flatMap(({ path: bus, value }): Finding[] => {
    const link = textIn(value, 'link');
    if (link === undefined || link === '') return [];
    const path = [...bus, 'link'];
    try {
      const port = check(link);
      const other = port === undefined ? undefined : taken.get(port);
      if (other !== undefined) {
        const message = `this is the line of bus ${other}: only one can use it`;
        return [{ path, message, hint: 'put the devices of one line under one bus' }];
      }
      if (port !== undefined) taken.set(port, textIn(value, 'name') ?? 'before');
      return [];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return [{ path, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) }];
    }
  });
}

interface Listener {
  readonly path: Path;
  readonly host: string;
  readonly port: number;
}

const listenSchema = httpSchema.shape.listen;

function listenersOf(root: unknown): {
  readonly http: Listener | undefined;
  readonly raw: readonly Listener[];
} {
  const of = (path: Path, typed: unknown): Listener[] => {
    const parsed = listenSchema.safeParse(typed);
    return parsed.success ? [{ path, ...parsed.data }] : [];
  };
  const http = mapping(mapping(root)?.http) ?? {};
  return {
    http: of(['http', 'listen'], http.listen)[0],
    raw: busesIn(root).flatMap(({ path, value }) => {
      const port = mapping(value.raw_port);
      return port?.listen === undefined ? [] : of([...path, 'raw_port', 'listen'], port.listen);
    }),
  };
}

function listeners(root: unknown): Finding[] {
  const { http, raw } = listenersOf(root);
  const all = [...(http === undefined ? [] : [http]), ...raw];
  return all.flatMap((one, index) => {
    const other = all
      .slice(0, index)
      .find(
        ({ port, host }) =>
          port === one.port && port !== 0 && (host === one.host || everywhere(host) || everywhere(one.host)),
      );
    return other === undefined
      ? []
      : [
          {
            path: one.path,
            message: `port ${one.port} is taken by ${other.path.join('.')}: expected another one`,
          },
        ];
  });
}

function everywhere(host: string): boolean {
  return host === '::' || host === '0.0.0.0';
}

/** Whether only programs on this computer can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** What is open to the network must be locked. */
function openness(root: unknown): Finding[] {
  const { http, raw } = listenersOf(root);
  const options = mapping(mapping(root)?.http) ?? {};
  const findings: Finding[] = [];
  if (
    http !== undefined &&
    !isLoopback(http.host) &&
    options.password === undefined &&
    options.token === undefined
  )
    findings.push({
      path: http.path,
      message:
        'whoever reaches this address could read and write everything: expected a password or token beside it',
      hint: 'add password: ${BUSBAR_PASSWORD}, or listen on 127.0.0.1',
    });
  for (const { path, host } of raw) {
    const writes = mapping(busesIn(root)[Number(path[1])]?.value.raw_port)?.writes;
    if (writes === true && !isLoopback(host))
      findings.push({
        severity: 'warning',
        path,
        message: 'whoever reaches this address can write to the devices of this bus: it has no password',
        hint: 'listen on 127.0.0.1, or keep strangers out by a firewall',
      });
  }
  return findings;
}
