import { CodecError, decode, encode } from '../../codec/index.ts';
import { Fault } from '../../core/fault.ts';
import { complete } from '../../core/field.ts';
import { listIn, type Value, type Values } from '../../core/snapshot.ts';
import type { StationOptions, World } from '../../core/station.ts';
import { recordsIn } from '../../core/units.ts';
import type { BmsDefinition, Message } from './definition.ts';
import { copyOf, live, numberOf, type Pack } from './physics.ts';

type GroupName = 'telemetry' | 'alarms';

/** What a station says, by group, as it stands in its messages. */
export type Bodies = Readonly<Record<GroupName | 'identity', Record<string, Value | undefined>>>;

/** What a simulated device says at first. Throws a `config` fault for values that do not fit. */
export function initialBodies(
  definition: BmsDefinition,
  options: StationOptions,
  count: number,
  variant: string | undefined,
): Bodies {
  const { telemetry, alarms } = definition.groups;
  const identity: Record<string, Value | undefined> = {};
  for (const part of definition.identity.parts)
    Object.assign(identity, part.initial, { pack_number: options.address });
  const addresses = Array.from({ length: count }, (_, index) => (count === 1 ? options.address : index + 1));
  const bodies: Bodies = {
    telemetry: startOf(telemetry, variant, addresses),
    alarms: startOf(alarms, variant, addresses),
    identity,
  };
  for (const [group, values] of Object.entries(options.values ?? {})) {
    for (const [field, value] of Object.entries(values)) {
      if (value !== undefined) setField(definition, bodies, `${group}.${field}`, value);
    }
  }
  return bodies;
}

/** What packs at these addresses say at first, in a variant. */
function startOf(
  { fields, initial, initialOf }: Message,
  variant: string | undefined,
  addresses: readonly Value[],
): Record<string, Value | undefined> {
  return {
    ...(fields.flag === undefined ? {} : { [fields.flag.name]: 0 }),
    ...(fields.variant === undefined || variant === undefined ? {} : { [fields.variant.name]: variant }),
    [fields.list]: addresses.map((address) => ({
      ...initial,
      ...(variant === undefined ? {} : initialOf?.[variant]),
      address,
    })),
  };
}

/** Lets the packs live for some seconds. */
export function tick(definition: BmsDefinition, bodies: Bodies, seconds: number, world: World): void {
  const { telemetry, alarms } = definition.groups;
  const states = recordsIn(bodies.alarms, alarms.fields.list).map(copyOf);
  const found = recordsIn(bodies.telemetry, telemetry.fields.list).map(copyOf);
  for (const [index, pack] of found.entries()) {
    // The packs of a rack share its current.
    live(pack, states[index] ?? {}, seconds, { ...world, current: world.current / found.length });
    silenceUnknown(alarms, bodies.alarms, states[index] ?? {});
  }
  bodies.telemetry[telemetry.fields.list] = found;
  bodies.alarms[alarms.fields.list] = states;
}

/** Leaves out what this device, or this variant of it, has no bit for. */
function silenceUnknown({ body, fields }: Message, beside: Values, alarms: Pack): void {
  const says = (words: Values): boolean => {
    try {
      encode(body, { ...beside, [fields.list]: [{ ...alarms, ...words }] });
      return true;
    } catch (error) {
      if (error instanceof CodecError) return false;
      throw error;
    }
  };
  if (says({})) return;
  const none = { warnings: [], protections: [], states: [] };
  for (const list of ['warnings', 'protections', 'states'] as const) {
    alarms[list] = listIn(alarms, list).filter((word) => says({ ...none, [list]: [word] }));
  }
}

/** What a reader would read, derived values included. */
export function readings(definition: BmsDefinition, bodies: Bodies): Record<string, Values> {
  const out: Record<string, Values> = { identity: bodies.identity };
  for (const name of Object.keys(definition.groups) as GroupName[]) {
    // The record has no other keys.
    const { body, derived } = definition.groups[name];
    out[name] = complete(decode(body, encode(body, bodies[name])), derived, out);
  }
  return out;
}

/** `soc`, `telemetry.soc`: that value of every pack; `pack2.soc`: of the second one; `telemetry.packs`: all of them. */
export function setField(definition: BmsDefinition, bodies: Bodies, path: string, value: Value): void {
  const steps = /^(?:(telemetry|alarms|identity)\.)?(?:pack(\d+)\.)?([a-z0-9_]+)$/.exec(path);
  const [, group, pack, field = ''] = steps ?? [];
  for (const name of ['telemetry', 'alarms', 'identity'] as const) {
    if (group !== undefined && group !== name) continue;
    const before = bodies[name];
    const after = changedBody(
      definition,
      name,
      before,
      pack === undefined ? undefined : Number(pack),
      field,
      value,
    );
    if (after === undefined) continue;
    if (name === 'identity') for (const part of definition.identity.parts) encode(part.body, after);
    else encode(definition.groups[name].body, after); // refuses what the message cannot carry
    Object.assign(before, after);
    return;
  }
  throw new Fault(
    'config',
    `no field '${path}' to set: expected one of ${settable(definition, bodies).join(', ')}`,
  );
}

function changedBody(
  definition: BmsDefinition,
  name: GroupName | 'identity',
  body: Record<string, Value | undefined>,
  pack: number | undefined,
  field: string,
  value: Value,
): Record<string, Value | undefined> | undefined {
  if (name === 'identity') return field in body ? { ...body, [field]: value } : undefined;
  const { list, flag, variant } = definition.groups[name].fields;
  const all = recordsIn(body, list);
  if (field === variant?.name) {
    const addresses = all.map((one) => one.address ?? null);
    return {
      ...body,
      ...startOf(definition.groups[name], typeof value === 'string' ? value : undefined, addresses),
    };
  }
  if (field === list || field === flag?.name) return { ...body, [field]: value };
  if (!all.some((one) => field in one)) return undefined;
  const changed = all.map((one, index) => {
    if (pack !== undefined && pack !== index + 1) return one;
    const charge = (numberOf(one.full_capacity) * Number(value)) / 100;
    return { ...one, [field]: value, ...(field === 'soc' ? { remaining_capacity: charge } : {}) };
  });
  return { ...body, [list]: changed };
}

function settable(definition: BmsDefinition, bodies: Bodies): string[] {
  const { telemetry, alarms } = definition.groups;
  const [pack = {}] = recordsIn(bodies.telemetry, telemetry.fields.list);
  const [states = {}] = recordsIn(bodies.alarms, alarms.fields.list);
  return [
    ...Object.keys(bodies.telemetry),
    ...Object.keys(pack),
    ...Object.keys(states),
    ...Object.keys(bodies.identity),
  ];
}
