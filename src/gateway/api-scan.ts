import { scannedConfig } from '../config/scanned.ts';
import type { Catalog } from '../core/catalog.ts';
import { Fault } from '../core/fault.ts';
import { lineText } from '../core/line.ts';
import { everyKind, type Hit } from '../core/search.ts';
import type { ApiScanHit } from '../core/site/api.ts';
import type { Logger } from '../core/site/index.ts';
import { portOf } from '../node/link-port.ts';
import { listPorts } from '../node/serial-list.ts';
import type { Scan } from './http/index.ts';
import { searchLinks } from './search.ts';

/**
 * The search that the API offers: lines that the gateway polls are left out, since two masters garble each other.
 * @param polled links of the configuration in force
 */
export function apiScan(catalog: Catalog, polled: () => readonly string[], log: Logger): Scan {
  return async ({ links, device, budget }, told, signal) => {
    const taken = new Set(polled().map(portOf));
    const isTaken = (link: string): boolean => {
      const port = portOf(link);
      return port !== undefined && taken.has(port);
    };
    const own = links.find(isTaken);
    if (own !== undefined) {
      throw new Fault('config', `${own} is polled by this gateway`, {
        hint: 'its devices are known already',
      });
    }
    const ports = links.length > 0 ? links : (await freePorts()).filter((port) => !isTaken(port));
    if (ports.length === 0) {
      throw new Fault('config', 'there is no serial port that is free', {
        hint: 'plug the adapter in, or name a link: tcp://192.168.2.22:9999',
      });
    }
    const kinds = device === undefined ? everyKind(catalog) : [catalog.find(device)];
    const hits = await searchLinks(
      ports,
      kinds,
      {
        step: told.step,
        hit: (hit) => told.hit(documentOf(hit)),
        trouble: (link, fault) => told.step(`${link}: ${fault.message}`),
        note: log.debug,
      },
      AbortSignal.any([signal, AbortSignal.timeout(budget)]),
    );
    return {
      hits: hits.map(documentOf),
      yaml: scannedConfig(hits.map((hit) => ({ ...hit, device: hit.device.id }))),
    };
  };
}

async function freePorts(): Promise<readonly string[]> {
  const found = await listPorts();
  return found.filter((port) => port.allowed).map((port) => port.byId ?? port.path);
}

function documentOf({ link, line, device, address, model }: Hit): ApiScanHit {
  return {
    link,
    line: lineText(line),
    device: device.id,
    title: device.title,
    protocol: device.protocol,
    address,
    ...(model === undefined ? {} : { model }),
  };
}
