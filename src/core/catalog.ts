import type { Device, Family } from './device.ts';
import { Fault } from './fault.ts';
import { family } from './family.ts';
import { nearest } from './nearest.ts';

/** All devices and families that a program knows. */
export interface Catalog {
  readonly devices: readonly Device[];
  readonly families: readonly Family[];
  /** A device or family by id. Throws a `config` fault that names the nearest id. */
  find(id: string): Device | Family;
}

/** Builds a catalog; ids must be unique. Devices that name the same family are gathered under it, in their order. */
export function buildCatalog(devices: readonly Device[]): Catalog {
  const families = familiesOf(devices);
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

function familiesOf(devices: readonly Device[]): Family[] {
  const ids = new Set(devices.flatMap((device) => device.family ?? []));
  return [...ids].map((id) => {
    const members = devices.filter((device) => device.family === id);
    return family(
      id,
      `${members[0]?.vendor ?? id}: whichever of ${members.map((one) => one.id).join(', ')} answers`,
      members,
    );
  });
}

/** Whether an entry is a family, whose member is told by asking. */
export function isFamily(entry: Device | Family): entry is Family {
  return 'members' in entry;
}
