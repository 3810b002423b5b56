import { encode } from '../../codec/index.ts';
import { Fault } from '../../core/fault.ts';
import { isList, isRecord, type Value, type Values } from '../../core/snapshot.ts';
import type { PylontechDefinition } from './definition.ts';
import type { SimulatedPack } from './pack.ts';
import { PACKS } from './values.ts';

/**
 * Sets values of simulated packs by name: `field` or `group.field` in all packs, `group.ADDRESS.field` in one,
 * `group.packs` with records to make the group consist of exactly these packs. What follows from other fields is set
 * through them.
 */
export function setting(
  definition: PylontechDefinition,
  packs: Map<number, SimulatedPack>,
  addPack: (address: number) => SimulatedPack,
  flags: Map<string, Value>,
): (path: string, value: Value) => void {
  const names = Object.keys(definition.groups);

  const setPacks = (group: string, records: readonly Value[]): void => {
    const wanted = records.filter(isRecord);
    const addresses = wanted.map((record) => Number(record.address));
    for (const address of packs.keys()) if (!addresses.includes(address)) packs.delete(address);
    for (const record of wanted) {
      const address = Number(record.address);
      const pack = packs.get(address) ?? addPack(address);
      const own = pack.records[group] ?? {};
      const sent = Object.entries(record).filter(([name]) => !isDerived(group, name) && name !== 'address');
      // A record says all of a pack that one message carries: what it leaves out is not there.
      for (const name of Object.keys(own)) if (inSameMessage(group, name, record)) own[name] = undefined;
      Object.assign(own, Object.fromEntries(sent));
    }
    const sorted = [...packs].sort(([one], [other]) => one - other);
    packs.clear();
    for (const [address, pack] of sorted) packs.set(address, pack);
  };

  const isDerived = (group: string, name: string): boolean =>
    name in (definition.groups[group]?.ofPack ?? {});

  /** Whether a name belongs to a message of which the record has something: only such a message was read. */
  const inSameMessage = (group: string, name: string, record: Values): boolean =>
    (definition.groups[group]?.messages ?? []).some(({ body }) => {
      const inside = fieldsOfPack(body.layout);
      return inside.includes(name) && inside.some((one) => record[one] !== undefined);
    });

  const setField = (group: string, name: string, value: Value, only: SimulatedPack | undefined): boolean => {
    const of = definition.groups[group];
    const rule = of?.ofPack[name];
    let any = false;
    for (const pack of only === undefined ? packs.values() : [only]) {
      const own = pack.records[group] ?? {};
      const parts =
        rule === undefined ? (name in own ? { [name]: value } : undefined) : rule.to?.(value, own, {});
      if (of === undefined || parts === undefined) continue;
      for (const { body } of of.messages) {
        const holds = Object.keys(parts).some((part) => fieldsOfPack(body.layout).includes(part));
        // Refuses what a message cannot carry.
        if (holds) encode(body, { info_flag: 0, command: 0, [PACKS]: [{ ...own, ...parts }] });
      }
      Object.assign(own, parts);
      any = true;
    }
    return any;
  };

  return (path, value) => {
    const steps = path.split('.');
    const [first = '', second = '', third] = steps;
    const groups = steps.length === 1 ? names : names.filter((name) => name === first);
    const field = steps.length === 1 ? first : (third ?? second);
    const only = third === undefined ? undefined : packs.get(Number(second));
    for (const group of third !== undefined && only === undefined ? [] : groups) {
      if (field === PACKS && isList(value)) {
        setPacks(group, value);
        return;
      }
      if (field === 'info_flag') {
        flags.set(group, value);
        return;
      }
      if (field === 'command') return;
      if (setField(group, field, value, only)) return;
    }
    const known = names.flatMap((group) => {
      const own = [...packs.values()][0]?.records[group] ?? {};
      const rules = Object.entries(definition.groups[group]?.ofPack ?? {});
      return [...Object.keys(own), ...rules.flatMap(([name, rule]) => (rule.to === undefined ? [] : [name]))];
    });
    throw new Fault('config', `no field '${path}' to set: expected one of ${known.join(', ')}`);
  };
}

/** Names of the fields of a pack in a message. */
function fieldsOfPack(layout: {
  readonly parts?: readonly { readonly name: string; readonly layout: object }[];
}): readonly string[] {
  let inner: { readonly of?: object; readonly parts?: readonly { readonly name: string }[] } =
    layout.parts?.find((part) => part.name === PACKS)?.layout ?? {};
  while (inner.parts === undefined && inner.of !== undefined) inner = inner.of;
  return inner.parts?.map((part) => part.name) ?? [];
}
