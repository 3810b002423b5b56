import type { Catalog } from '../../core/catalog.ts';
import { Fault } from '../../core/fault.ts';
import { nearest } from '../../core/nearest.ts';
import { checkLimits } from '../../site/plausibility.ts';
import { type Finding, list, mapping, type Path, textIn } from '../finding.ts';
import { devicesIn, type WrittenDevice } from './read.ts';

/** Devices against what the catalogue says of them: groups, writables, settings, addresses. */
export function checkDevices(root: unknown, catalog: Catalog): Finding[] {
  return devicesIn(root, catalog).flatMap((device) => {
    if (device.definitions.length === 0) return unknownDevice(device, catalog);
    return [
      ...groups(device),
      ...writables(device),
      ...settings(device),
      ...address(device),
      ...packs(device),
      ...limits(device),
      ...abilities(device),
    ];
  });
}

function unknownDevice({ path, value }: WrittenDevice, { devices, families }: Catalog): Finding[] {
  const typed = textIn(value, 'device');
  if (typed === undefined || typed === '') return [];
  const ids = [...families, ...devices].map(({ id }) => id);
  const meant = nearest(typed, ids);
  return [
    {
      path: [...path, 'device'],
      message: `unknown device '${typed}'`,
      hint: meant === undefined ? `known are ${ids.join(', ')}` : `did you mean '${meant}'?`,
    },
  ];
}

/** What is wrong with a word that is none of some known ones. */
function unknownWord(
  path: Path,
  on: 'key' | undefined,
  what: string,
  typed: string,
  known: readonly string[],
): Finding {
  const meant = nearest(typed, known);
  return {
    path,
    ...(on === undefined ? {} : { on }),
    message: what,
    hint:
      meant !== undefined
        ? `did you mean '${meant}'?`
        : known.length === 0
          ? 'leave it out'
          : `known are ${known.join(', ')}`,
  };
}

function groups({ path, value, definitions }: WrittenDevice): Finding[] {
  const known = unique(definitions.flatMap((device) => device.groups.map(({ name }) => name)));
  return Object.keys(mapping(value.poll) ?? {})
    .filter((group) => !known.includes(group))
    .map((group) =>
      unknownWord(
        [...path, 'poll', group],
        'key',
        `${textIn(value, 'device')} has no group '${group}'`,
        group,
        known,
      ),
    );
}

function writables({ path, value, definitions }: WrittenDevice): Finding[] {
  const known = unique(definitions.flatMap((device) => device.writables.map(({ name }) => name)));
  const allowed = list(value.allow);
  const findings = allowed.flatMap((typed, index) =>
    typeof typed !== 'string' || known.includes(typed)
      ? []
      : [
          unknownWord(
            [...path, 'allow', index],
            undefined,
            `'${typed}' cannot be written to ${textIn(value, 'device')}`,
            typed,
            known,
          ),
        ],
  );
  if (value.full_charge === undefined) return findings;
  const at = [...path, 'full_charge'];
  if (!known.includes('soc'))
    return [
      ...findings,
      { path: at, on: 'key', message: `the state of charge of ${textIn(value, 'device')} cannot be set` },
    ];
  if (allowed.includes('soc')) return findings;
  const message = 'this writes to the device, which is not allowed';
  return [...findings, { path: at, on: 'key', message, hint: 'add soc to allow: [soc]' }];
}

function settings({ path, value, definitions }: WrittenDevice): Finding[] {
  const known = unique(definitions.flatMap((device) => Object.keys(device.access?.settings ?? {})));
  const access = Object.keys(mapping(value.access) ?? {});
  const unknown = access
    .filter((setting) => !known.includes(setting))
    .map((setting) =>
      unknownWord(
        [...path, 'access', setting],
        'key',
        `${textIn(value, 'device')} has no setting '${setting}'`,
        setting,
        known,
      ),
    );
  if (value.password === undefined) return [...unknown, ...through(path, value, definitions)];
  const at = { path: [...path, 'password'], on: 'key' as const };
  if (!known.includes('password'))
    return [...unknown, { ...at, message: `${textIn(value, 'device')} has no password` }];
  if (access.includes('password'))
    return [...unknown, { ...at, message: 'the password stands here and under access' }];
  return [...unknown, ...through(path, value, definitions)];
}

/** What the device itself says of its settings; their values are not shown. */
function through(
  path: Path,
  value: WrittenDevice['value'],
  definitions: WrittenDevice['definitions'],
): Finding[] {
  const password = textIn(value, 'password');
  const all: readonly (readonly [string, unknown])[] = [
    ...(password === undefined ? [] : [['password', password] as const]),
    ...Object.entries(mapping(value.access) ?? {}),
  ];
  const known = definitions[0]?.access;
  if (known === undefined) return [];
  return all.flatMap(([setting, typed]) => {
    if (!Object.hasOwn(known.settings, setting) || (typeof typed !== 'string' && typeof typed !== 'number'))
      return [];
    try {
      known.through({ [setting]: String(typed) });
      return [];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const direct = setting === 'password' && password !== undefined;
      return [
        {
          path: direct ? [...path, 'password'] : [...path, 'access', setting],
          message: `not a ${setting} that this device takes`,
          hint: `${setting}: ${known.settings[setting] ?? ''}`,
        },
      ];
    }
  });
}

function address({ path, value, definitions }: WrittenDevice): Finding[] {
  const typed = value.address;
  if (typeof typed !== 'number' || !Number.isInteger(typed)) return [];
  if (definitions.some(({ addresses }) => typed >= addresses.lowest && typed <= addresses.highest)) return [];
  const { lowest, highest } = definitions[0]?.addresses ?? { lowest: 0, highest: 0 };
  return [
    { path: [...path, 'address'], message: `expected an address from ${lowest} to ${highest}, not ${typed}` },
  ];
}

function packs({ path, value, definitions }: WrittenDevice): Finding[] {
  const typed = value.packs;
  if (typed === undefined) return [];
  const units = definitions.flatMap(({ groups: all, addresses }) =>
    all.flatMap((group) =>
      group.units === undefined ? [] : [{ units: group.units, usual: addresses.usual }],
    ),
  )[0];
  const at = [...path, 'packs'];
  if (units === undefined)
    return [{ path: at, on: 'key', message: `${textIn(value, 'device')} has no packs` }];
  const first = typeof value.address === 'number' ? value.address : units.usual;
  const known = units.units.candidates(first);
  return list(typed).flatMap((pack, index) => {
    if (typeof pack !== 'number') return [];
    if (list(typed).indexOf(pack) < index)
      return [{ path: [...at, index], message: `pack ${pack} stands here twice` }];
    if (known.includes(pack)) return [];
    const message = `expected one of ${known.join(', ')}, not ${pack}`;
    return [{ path: [...at, index], message, hint: `those are the packs of a rack at address ${first}` }];
  });
}

function limits({ path, value, definitions }: WrittenDevice): Finding[] {
  return Object.keys(mapping(value.limits) ?? {}).flatMap((field) => {
    const misses = definitions.map((device) => miss(() => checkLimits(device.groups, { [field]: {} })));
    const fault = misses.includes(undefined) ? undefined : misses[0];
    if (fault === undefined) return [];
    return [
      {
        path: [...path, 'limits', field],
        on: 'key' as const,
        message: `${textIn(value, 'device')} has no field '${field}'`,
        ...(fault.hint === undefined ? {} : { hint: fault.hint }),
      },
    ];
  });
}

function abilities({ path, bus, value, definitions }: WrittenDevice): Finding[] {
  const id = textIn(value, 'device') ?? '';
  const findings: Finding[] = [];
  if (value.profile !== undefined && definitions.every(({ profile }) => profile === undefined))
    findings.push({ path: [...path, 'profile'], on: 'key', message: `${id} keeps no load profile` });
  const own = value.mode !== undefined;
  const mode = own ? value.mode : bus.value.mode;
  if (mode === 'listen' && definitions.every(({ overhear }) => overhear === undefined))
    findings.push({
      path: own ? [...path, 'mode'] : [...path, 'device'],
      message: `${id} cannot be listened to: it never shares a line with another master`,
      hint: 'mode: poll',
    });
  return findings;
}

function miss(attempt: () => void): Fault | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}
