import type { Device, Family } from './device.ts';
import { Fault } from './fault.ts';
import { nearest } from './nearest.ts';

/** All devices and families that a program knows. */
export interface Catalog {
  readonly devices: readonly Device[];
  readonly families: readonly Family[];
  /** A device or family by id. Throws a `config` fault that names the nearest id. */
  find(id: string): Device | Family;
}

/** Builds a catalog; ids must be unique. */
export function catalog(devices: readonly Device[], families: readonly Family[]): Catalog {
  const byId = new Map<string, Device | Family>();
  for (const entry of [...families, ...devices]) {
    if (byId.has(entry.id)) throw new Fault('config', `two devices have the id '${entry.id}'`);
    byId.set(entry.id, entry);
  }
  return {
    devices,
    families,
    find(id) {
      const found = byId.get(id);
      if (found !== undefined) return found;
      const ids = [...byId.keys()];
      const close = nearest(id, ids);
      throw new Fault(
        'config',
        `unknown device '${id}'${close === undefined ? '' : `: did you mean '${close}'?`} Known are ${ids.join(', ')}`,
      );
    },
  };
}

/** Whether an entry is a family, whose member is told by asking. */
export function isFamily(entry: Device | Family): entry is Family {
  return 'members' in entry;
}
