import type { Catalog } from '../../core/catalog.ts';
import { isFamily } from '../../core/catalog.ts';
import type { Device } from '../../core/device.ts';
import { list, mapping, type Path, textIn } from '../finding.ts';

/** A device as it stands in the file, whatever is wrong with it. */
export interface WrittenDevice {
  readonly path: Path;
  readonly bus: WrittenBus;
  readonly value: Readonly<Record<string, unknown>>;
  readonly name: string | undefined;
  /** What may answer: the device, or the members of the family; empty where the id is unknown. */
  readonly definitions: readonly Device[];
}

/** A bus as it stands in the file. */
export interface WrittenBus {
  readonly path: Path;
  readonly index: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Buses that are mappings; other checks say so of those that are none. */
export function busesIn(root: unknown): WrittenBus[] {
  return list(mapping(root)?.buses).flatMap((bus, index) => {
    const value = mapping(bus);
    return value === undefined ? [] : [{ path: ['buses', index], index, value }];
  });
}

/** All devices of all buses. */
export function devicesIn(root: unknown, catalog: Catalog): WrittenDevice[] {
  return busesIn(root).flatMap((bus) =>
    list(bus.value.devices).flatMap((device, index) => {
      const value = mapping(device);
      if (value === undefined) return [];
      const path = [...bus.path, 'devices', index];
      return [
        {
          path,
          bus,
          value,
          name: textIn(value, 'name'),
          definitions: definitionsOf(catalog, textIn(value, 'device')),
        },
      ];
    }),
  );
}

function definitionsOf({ devices, families }: Catalog, id: string | undefined): readonly Device[] {
  const entry = [...devices, ...families].find((one) => one.id === id);
  if (entry === undefined) return [];
  return isFamily(entry) ? entry.members : [entry];
}
