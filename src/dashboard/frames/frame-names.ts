import type { ApiDevice, ApiField, ApiFrame } from '../../core/site/api.ts';

/**
 * The field that a place in a frame belongs to: `packs[0].cell_voltages[3]`; undefined where the catalogue does not
 * know it. Values in lists have no title of their own in a frame, so they are looked up.
 */
export function fieldAt(
  devices: readonly ApiDevice[],
  { device, kind }: Pick<ApiFrame, 'device' | 'kind'>,
  path: string,
): ApiField | undefined {
  const group = devices.find(({ id }) => id === device)?.groups.find(({ name }) => name === kind);
  let fields: readonly ApiField[] | undefined = group?.fields;
  let found: ApiField | undefined;
  for (const step of path.split('.')) {
    const name = step.replace(/\[\d+\]/g, '');
    found = fields?.find((field) => field.name === name);
    fields = found?.items;
  }
  return found;
}

/** The last number in brackets, counted from 1: which of a list a place is; undefined where it is in none. */
export function placeIn(path: string): number | undefined {
  const last = /\[(\d+)\]$/.exec(path)?.[1];
  return last === undefined ? undefined : Number(last) + 1;
}
