import { encode } from '../../codec/index.ts';
import { Fault } from '../../core/fault.ts';
import { fieldsOf } from '../../core/field.ts';
import { type Bad, scanner } from '../../core/framing.ts';
import { isList, listIn, type Value, type Values } from '../../core/snapshot.ts';
import type { Station, StationOptions, Utterance } from '../../core/station.ts';
import { recordsIn } from '../../core/units.ts';
import { framing, headOf, type YdtFrame } from '../../ydt1363/index.ts';
import { initialBodies, readings, setField, tick } from './bodies.ts';
import type { BmsDefinition, Part } from './definition.ts';
import { numberOf } from './physics.ts';
import { type Answer, spoil, STATION_FAULTS } from './station-faults.ts';

/** Milliseconds until a pack answers, drawn anew for each answer unless the option `latency` fixes it. */
const LATENCY = { lowest: 20, highest: 100 };
/** INFO of a question to all packs. */
const ALL = 0xff;
/** Most packs behind one address (PDF: 1 to 16). */
const MOST_PACKS = 16;

/** Return codes that a pack gives (PDF, table of RTN). */
const RTN = { version: 1, checksum: 2, length: 3, command: 4, form: 5, data: 6, address: 0x90 } as const;

type GroupName = 'telemetry' | 'alarms';

/** A simulated pack, or several behind one address: answers, refuses what it does not know, and lives. */
export function station(definition: BmsDefinition, options: StationOptions): Station {
  const chosen = checkOptions(definition, options.options ?? {});
  const bodies = initialBodies(definition, options, Number(chosen.packs ?? 1), chosen.variant);
  const rates = new Map<string, number>();
  const scan = scanner(framing);
  /** Parts of the identity that were set by hand. */
  const told = new Set<Part>();
  const { address, random } = options;
  const usual = Object.values(definition.versions)[0] ?? definition.dialect.ver;

  const version = (group: GroupName = 'telemetry'): number => {
    const { variant } = definition.groups[group].fields;
    const name = variant === undefined ? undefined : bodies[group][variant.name];
    return (typeof name === 'string' ? definition.versions[name] : undefined) ?? usual;
  };
  const plain = (code: number): Answer => ({
    ver: version(),
    adr: address,
    cid1: definition.dialect.cid1,
    code,
    info: new Uint8Array(0),
    pack: 0,
  });

  const say = (answer: Answer, question: Uint8Array): Utterance => ({
    bytes: spoil(answer, question, rates, random),
    after:
      chosen.latency === undefined
        ? LATENCY.lowest + (LATENCY.highest - LATENCY.lowest) * random()
        : Number(chosen.latency),
  });

  /** The answer to a good frame; undefined: it is not for us. */
  const answerTo = (frame: YdtFrame): Answer | undefined => {
    if (frame.adr !== address) return chosen['other-address'] === 'refuse' ? plain(RTN.address) : undefined;
    if (frame.ver !== definition.dialect.ver) return plain(RTN.version);
    const names = Object.keys(definition.groups) as GroupName[]; // the record has no other keys
    const name = names.find((one) => definition.groups[one].command === frame.code);
    if (name !== undefined) return packsAnswer(name, frame);
    const part = definition.identity.parts.find((one) => one.command === frame.code);
    const spoken = chosen.variant ?? Object.keys(definition.versions)[0] ?? '';
    const knows = part?.variants?.includes(spoken) !== false || told.has(part);
    return part !== undefined && knows ? identityAnswer(part, frame) : plain(RTN.command);
  };

  const complain = (bytes: Uint8Array, bad: Bad): Answer | undefined => {
    const code = complaint(bytes, bad, address);
    return code === undefined ? undefined : plain(code);
  };

  const packsAnswer = (name: GroupName, frame: YdtFrame): Answer => {
    if (frame.info.length !== 1) return plain(RTN.form);
    const message = definition.groups[name];
    const asked = frame.info[0] ?? 0;
    const all = recordsIn(bodies[name], message.fields.list);
    const one = all.filter((pack) => pack.address === asked);
    const wanted =
      asked === ALL ? all : one.length > 0 || definition.anyGroup !== true ? one : all.slice(0, 1);
    if (wanted.length === 0) return plain(RTN.data);
    const cells = rates.get('cell-count') ?? 0;
    const told = cells > 0 && random() < cells ? wanted.map(withoutACell) : wanted;
    const info = encode(message.body, { ...bodies[name], [message.fields.list]: told });
    const [leading] = info;
    return {
      ...plain(0),
      ver: version(name),
      info,
      pack: leading === wanted.length || leading === asked ? 0 : 1,
    };
  };

  const identityAnswer = (part: Part, frame: YdtFrame): Answer => {
    if (frame.info.length !== (part.asks === 'pack' ? 1 : 0)) return plain(RTN.form);
    const info = encode(part.body, bodies.identity);
    const sent = part.plain === true ? String.fromCharCode(...info) : info;
    return { ...plain(0), ver: part.version ?? version(), info: sent };
  };

  return {
    address,
    hear(bytes) {
      const said: Utterance[] = [];
      for (const found of scan.push(bytes)) {
        if (found.got === 'noise') continue;
        const answer = found.got === 'frame' ? answerTo(found.frame) : complain(found.bytes, found.bad);
        if (answer !== undefined) said.push(say(answer, found.bytes));
      }
      return said;
    },
    tick: (seconds, world) => tick(definition, bodies, seconds, world),
    readings: () => readings(definition, bodies),
    set(path, value) {
      setField(definition, bodies, path, value);
      // A pack that has something to say knows the command that asks for it.
      for (const part of definition.identity.parts) {
        const names = fieldsOf(part.body.layout, () => '').map((field) => field.name);
        if (names.includes(path.split('.').at(-1) ?? '')) told.add(part);
      }
    },
    options: optionsOf(definition),
    faults: STATION_FAULTS,
    fault(kind, rate) {
      if (!(kind in STATION_FAULTS)) {
        const known = Object.keys(STATION_FAULTS).join(', ');
        throw new Fault('config', `unknown fault '${kind}': expected one of ${known}`);
      }
      rates.set(kind, rate);
    },
  };
}

/** The return code for a frame with a wrong sum that is meant for this address; undefined: it says nothing. */
function complaint(bytes: Uint8Array, { code, message }: Bad, address: number): number | undefined {
  if (headOf(bytes)?.adr !== address) return undefined;
  if (code !== 'checksum') return RTN.form;
  return message.startsWith('LCHKSUM') ? RTN.length : RTN.checksum;
}

/** The pack with its last cell gone, as after a cell count that was set anew. */
function withoutACell(pack: Values): Values {
  const shorter = (value: Value | undefined): Value | undefined =>
    isList(value) ? value.slice(0, -1) : value;
  const { cell_voltages: cells, cell_states: states, voltage } = pack;
  const last = numberOf(listIn(pack, 'cell_voltages').at(-1));
  return {
    ...pack,
    ...(cells === undefined ? {} : { cell_voltages: shorter(cells), voltage: numberOf(voltage) - last }),
    ...(states === undefined ? {} : { cell_states: shorter(states) }),
  };
}

/** What the station can be told, in words. */
function optionsOf({ versions }: BmsDefinition): Readonly<Record<string, string>> {
  const variants = Object.keys(versions);
  return {
    packs: `1 to ${MOST_PACKS} packs behind the one address; 1 when left out`,
    'other-address': 'silent or refuse (RTN 90), to a question to another address',
    latency: 'milliseconds from a question to its answer; 20 to 100 by chance when left out',
    ...(variants.length > 1 ? { variant: `form of its answers: ${variants.join(', ')}` } : {}),
  };
}

function checkOptions(
  definition: BmsDefinition,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const fits: Readonly<Record<string, (value: string) => boolean>> = {
    packs: (value) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= MOST_PACKS,
    'other-address': (value) => value === 'silent' || value === 'refuse',
    latency: (value) => /^\d+(\.\d+)?$/.test(value),
    variant: (value) => value in definition.versions,
  };
  for (const [name, value] of Object.entries(options)) {
    if (fits[name]?.(value) === true) continue;
    const expected = Object.entries(optionsOf(definition)).map(([key, takes]) => `${key} (${takes})`);
    throw new Fault('config', `unknown option '${name}=${value}': expected ${expected.join('; ')}`);
  }
  return options;
}
