import type { Catalog } from '../../core/catalog.ts';
import { nearest } from '../../core/nearest.ts';
import { type Finding, list, mapping, type Path, textIn } from '../finding.ts';
import { busesIn, devicesIn, type WrittenDevice } from './read.ts';

/** Names that mean something else in topics, rules and events. */
const RESERVED: readonly string[] = ['site', 'gateway', 'output'];

/** Names and addresses that stand twice, and names of what is not there. */
export function checkNames(root: unknown, catalog: Catalog): Finding[] {
  const devices = devicesIn(root, catalog);
  const sums = Object.keys(mapping(mapping(root)?.batteries) ?? {});
  const named = [
    ...devices.flatMap(({ name, path }) => (name === undefined ? [] : [{ name, path: [...path, 'name'] }])),
    ...sums.map((name) => ({ name, path: ['batteries', name] })),
  ];
  const buses = busesIn(root).flatMap(({ path, value }) => {
    const name = textIn(value, 'name');
    return name === undefined ? [] : [{ name, path: [...path, 'name'] }];
  });
  const rules = list(mapping(root)?.alarms).flatMap((rule, index) => {
    const name = textIn(rule, 'name');
    return name === undefined ? [] : [{ name, path: ['alarms', index, 'name'] }];
  });
  return [
    ...twice('device', named),
    ...twice('bus', buses),
    ...twice('alarm', rules),
    ...named.filter(({ name }) => RESERVED.includes(name)).map(({ name, path }) => reserved(name, path)),
    ...addresses(devices),
    ...references(root, devices, sums),
  ];
}

function reserved(name: string, path: Path): Finding {
  return { path, message: `'${name}' means something else: expected another name` };
}

function twice(what: string, named: readonly { readonly name: string; readonly path: Path }[]): Finding[] {
  return named
    .filter(({ name }, index) => named.findIndex((one) => one.name === name) < index)
    .map(({ name, path }) => ({ path, message: `another ${what} has the name '${name}'` }));
}

/** Two devices of one protocol at one address of one bus would both answer. */
function addresses(devices: readonly WrittenDevice[]): Finding[] {
  const places = devices.flatMap((device) => {
    const [definition] = device.definitions;
    const typed = device.value.address ?? definition?.addresses.usual;
    if (definition === undefined || typeof typed !== 'number') return [];
    return [{ device, key: `${device.bus.index} ${definition.protocol} ${typed}`, address: typed }];
  });
  return places.flatMap(({ device, key, address }, index) => {
    const other = places.slice(0, index).find((one) => one.key === key)?.device;
    if (other === undefined) return [];
    const written = device.value.address !== undefined;
    return [
      {
        path: written ? [...device.path, 'address'] : device.path,
        message: `address ${address} is that of ${other.name ?? 'another device'} on this bus`,
        ...(written ? {} : { hint: `without address: it is ${address}, the usual one` }),
      },
    ];
  });
}

function references(root: unknown, devices: readonly WrittenDevice[], sums: readonly string[]): Finding[] {
  const known = devices.flatMap(({ name }) => name ?? []);
  const of = (section: string, names: readonly string[]): Finding[] =>
    Object.entries(mapping(mapping(root)?.[section]) ?? {}).flatMap(([name, entry]) => {
      const members = list(mapping(entry)?.members);
      return members.flatMap((member, index) => {
        const path = [section, name, 'members', index];
        if (typeof member !== 'string') return [];
        if (members.indexOf(member) < index) return [{ path, message: `'${member}' stands here twice` }];
        return names.includes(member) ? [] : [unknownMember(path, undefined, member, names)];
      });
    });
  const all = [...known, ...sums, 'site'];
  /** Series that stand as keys, of which the first part is a member. */
  const series = (path: Path, typed: unknown): Finding[] =>
    Object.keys(mapping(typed) ?? {}).flatMap((key) => {
      const member = key.split('.', 1)[0] ?? '';
      return all.includes(member) ? [] : [unknownMember([...path, key], 'key', member, known)];
    });
  const named = Object.entries(mapping(mapping(root)?.outputs) ?? {}).flatMap(([name, output]) => {
    const path = ['outputs', name];
    const { sensors, homeassistant } = mapping(output) ?? {};
    return [
      ...series([...path, 'sensors'], sensors),
      ...series([...path, 'homeassistant', 'aliases'], mapping(homeassistant)?.aliases),
    ];
  });
  return [...of('batteries', known), ...of('outputs', all), ...named];
}

function unknownMember(path: Path, on: 'key' | undefined, typed: string, known: readonly string[]): Finding {
  const meant = nearest(typed, known);
  return {
    path,
    ...(on === undefined ? {} : { on }),
    message: `there is no device '${typed}'`,
    hint: meant === undefined ? `there are ${known.join(', ')}` : `did you mean '${meant}'?`,
  };
}
