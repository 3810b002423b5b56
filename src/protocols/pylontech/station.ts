import { encode } from '../../codec/index.ts';
import { Fault } from '../../core/fault.ts';
import { type Bad, scanner } from '../../core/framing.ts';
import { complete } from '../../core/field.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import type { Station, StationOptions, Utterance } from '../../core/station.ts';
import { recordsIn } from '../../core/units.ts';
import {
  FRAME_FAULTS,
  frameBytes,
  framing,
  headOf,
  REFUSAL_FAULTS,
  refusalNow,
  spoilFrame,
  type YdtFrame,
} from '../../ydt1363/index.ts';
import { GROUP_SIZE, isMaster, OLD_DIALECT, packsAt } from './address.ts';
import type { GroupDefinition, Message, PylontechDefinition } from './definition.ts';
import { ALL, DIALECT } from './exchange.ts';
import { MODELS, type Model } from './models.ts';
import { PACK_FAULTS, simulatedPack, type SimulatedPack } from './pack.ts';
import { setting } from './set.ts';
import { arranged, PACKS } from './values.ts';
import { obeyWrite } from './writes.ts';

/** What `--option` takes for a simulated group. */
const OPTIONS: Readonly<Record<string, string>> = {
  packs: `1 to ${GROUP_SIZE} packs linked to the master, itself included; 3 when left out`,
  model: `model of all packs, or of each: us3000+us2000 (${Object.keys(MODELS).join(', ')})`,
  'bad-sum': 'refuse (RTN 02 or 03) or silent, to a question whose sums are wrong',
  surplus: 'lenient or strict (RTN 05) to bytes behind a question',
  version: 'any or strict (RTN 01), for VER of a question',
  'other-cid1': 'silent or refuse (RTN 05), to a question for another kind of equipment',
  latency: 'milliseconds from a question to its answer; 25 when left out',
  writes: 'refuse (RTN 04) or obey, to 94h and 95h',
};

/** Milliseconds from a question to its answer that owners measured: 24.6 to 27.8. */
const LATENCY = 25;

/** Faults of the station: those of its packs, of the line between them, of the frame, and refusals by their code. */
const STATION_FAULTS: Readonly<Record<string, string>> = {
  ...PACK_FAULTS,
  unplugged:
    'the link cable is out: the master speaks for itself only, and answers RTN 91 for the other packs',
  ...FRAME_FAULTS,
  ...REFUSAL_FAULTS,
};

/** A simulated group: a master at its address, and the packs behind it. */
export function station(definition: PylontechDefinition, options: StationOptions): Station {
  const chosen = checkOptions(options.options ?? {});
  const { address, random } = options;
  const scan = scanner(framing);
  const rates = new Map<string, number>();
  const flags = new Map<string, Value>();
  const models = (chosen.model ?? 'us3000').split('+').map((word) => MODELS[word]);
  const [master = { name: '', cells: 15, capacity: 74, current: 74, newer: false }] = models;
  const packs = new Map<number, SimulatedPack>();
  const addPack = (at: number): SimulatedPack => {
    const model: Model = models[at - (packsAt(address)[0] ?? at)] ?? models.at(-1) ?? master;
    const pack = simulatedPack(definition, at, model, master, has, random);
    packs.set(at, pack);
    return pack;
  };
  const has = (fault: string): boolean => {
    const rate = rates.get(fault) ?? 0;
    return rate > 0 && random() < rate;
  };
  const isOwn = (adr: number): boolean => (address === OLD_DIALECT ? adr === OLD_DIALECT : packs.has(adr));
  for (const at of packsAt(address).slice(0, Number(chosen.packs ?? 3))) addPack(at);
  const set = setting(definition, packs, addPack, flags);

  const say = (adr: number, code: number, info: Uint8Array = new Uint8Array(0)): Uint8Array =>
    frameBytes({ ver: DIALECT.ver, adr, cid1: DIALECT.cid1, code, info });

  /** INFO of the answer about some packs. */
  const infoOf = (name: string, message: Message, about: readonly SimulatedPack[], command: number) => {
    const body: Values = {
      info_flag: flags.get(name) ?? about.reduce((flag, pack) => flag | pack.infoFlag(), 0),
      command,
      [PACKS]: about.map((pack) => pack.records[name] ?? {}),
    };
    if (message.command === 0x44) for (const pack of about) pack.asked44();
    return message.inVer === true ? new Uint8Array(0) : encode(message.body, body);
  };

  const answer = (frame: YdtFrame): Uint8Array | undefined => {
    if (!isOwn(frame.adr)) return undefined;
    const { adr } = frame;
    if (frame.cid1 !== DIALECT.cid1) return chosen['other-cid1'] === 'refuse' ? say(adr, 0x05) : undefined;
    if (chosen.version === 'strict' && frame.ver !== DIALECT.ver) return say(adr, 0x01);
    const refused = refusalNow(has);
    if (refused !== undefined) return say(adr, refused);
    const unplugged = has('unplugged');
    if (adr !== address && unplugged) return say(adr, 0x91);
    const written = obeyWrite(definition, frame, packs, chosen.writes === 'obey');
    if (written !== undefined) return say(adr, written);
    const known = messageFor(definition, frame.code);
    if (known === undefined) return say(adr, 0x04);
    const { name, message } = known;
    const [command] = frame.info;
    const needed = message.asks === 'pack' ? 1 : 0;
    if (frame.info.length < needed || (chosen.surplus === 'strict' && frame.info.length > needed)) {
      return say(adr, 0x05);
    }
    if (message.asks === 'pack' && command === ALL) {
      if (message.to !== 'group' || !(isMaster(adr) || address === OLD_DIALECT)) return say(adr, 0x06);
      // C models and the US5000 do not answer this.
      if (master.newer) return undefined;
      const heard = [...packs.values()].slice(0, unplugged ? 1 : packs.size);
      return say(adr, 0, infoOf(name, message, heard, heard.length));
    }
    const asked = message.asks === 'pack' ? command : undefined;
    const meant = address === OLD_DIALECT ? (asked ?? OLD_DIALECT) : adr;
    const pack = packs.get(message.to === 'master' ? (packsAt(address)[0] ?? meant) : meant);
    if (pack === undefined || (asked !== undefined && asked !== meant)) return say(adr, 0x06);
    return say(adr, 0, infoOf(name, message, [pack], meant));
  };

  /** What is said to a broken frame: nothing to what cannot be read, else which of its parts is wrong. */
  const complaint = (bytes: Uint8Array, { code, message }: Bad): Uint8Array | undefined => {
    const head = headOf(bytes);
    if (chosen['bad-sum'] === 'silent' || head === undefined || !isOwn(head.adr) || code === 'format')
      return undefined;
    if (code === 'length') return say(head.adr, 0x05);
    return say(head.adr, message.startsWith('CHKSUM') ? 0x02 : 0x03);
  };

  const readings = (): Record<string, Values> => {
    const out: Record<string, Values> = {};
    for (const [name, group] of Object.entries(definition.groups)) {
      out[name] = complete(groupValues(name, group, packs), group.ofRack, {});
    }
    return out;
  };

  return {
    address,
    hear(bytes) {
      return scan.push(bytes).flatMap((found): Utterance[] => {
        if (found.got === 'noise') return [];
        const said = found.got === 'frame' ? answer(found.frame) : complaint(found.bytes, found.bad);
        if (said === undefined) return [];
        const spoilt = spoilFrame(said, found.bytes, has, random);
        return [{ bytes: spoilt, after: Number(chosen.latency ?? LATENCY) }];
      });
    },
    tick(seconds, world) {
      let total = 0;
      for (const pack of packs.values()) total += pack.model.capacity;
      for (const [index, pack] of [...packs.values()].entries()) {
        // Packs share the current by their capacity, and unevenly by a tenth.
        const uneven = packs.size === 1 ? 1 : 1 + 0.1 * (index / (packs.size - 1) - 0.5);
        pack.tick(seconds, world, (pack.model.capacity / total) * uneven);
      }
      flags.clear();
    },
    readings,
    set,
    options: OPTIONS,
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

/** The values that reading a group would bring. */
function groupValues(
  name: string,
  group: GroupDefinition,
  packs: ReadonlyMap<number, SimulatedPack>,
): Values {
  const [message] = group.messages;
  const records = [...packs].flatMap(([address, pack]) => {
    const values = { [PACKS]: [pack.records[name] ?? {}] };
    return message === undefined ? [] : recordsIn(arranged(values, address, group, message), PACKS);
  });
  return { [PACKS]: records };
}

function messageFor(
  definition: PylontechDefinition,
  command: number,
): { readonly name: string; readonly message: Message } | undefined {
  for (const [name, group] of Object.entries(definition.groups)) {
    const message = group.messages.find((one) => one.command === command);
    if (message !== undefined) return { name, message };
  }
  return undefined;
}

function checkOptions(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const fits: Readonly<Record<string, (value: string) => boolean>> = {
    packs: (value) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= GROUP_SIZE,
    model: (value) => value.split('+').every((word) => word in MODELS),
    'bad-sum': (value) => value === 'refuse' || value === 'silent',
    surplus: (value) => value === 'lenient' || value === 'strict',
    version: (value) => value === 'any' || value === 'strict',
    'other-cid1': (value) => value === 'silent' || value === 'refuse',
    latency: (value) => /^\d+(\.\d+)?$/.test(value),
    writes: (value) => value === 'refuse' || value === 'obey',
  };
  for (const [name, value] of Object.entries(options)) {
    if (fits[name]?.(value) === true) continue;
    const expected = Object.entries(OPTIONS).map(([key, takes]) => `${key} (${takes})`);
    throw new Fault('config', `unknown option '${name}=${value}': expected ${expected.join('; ')}`);
  }
  return options;
}
