import { type Codec, decode, encode } from '../../codec/index.ts';
import { ascii, text } from '../../core/bytetext.ts';
import { Fault } from '../../core/fault.ts';
import { complete } from '../../core/field.ts';
import { scanner } from '../../core/framing.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import type { Station, StationOptions, Utterance } from '../../core/station.ts';
import type { JuntekDefinition, WriteDefinition } from './definition.ts';
import { framing, type JuntekFrame, lineOf } from './frame.ts';
import { type Bodies, meter } from './meter.ts';
import { OUTPUT } from './output.ts';
import { spoil, STATION_FAULTS } from './station-faults.ts';

/** Reply latency that peers see, in milliseconds; drawn anew for each answer unless the option `latency` fixes it. */
const LATENCY = { lowest: 5, highest: 30 };

/** What `--option` takes for a simulated module. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  /** Shape of the answer to a write, which is documented nowhere. */
  'write-reply': ['result', 'echo', 'none'],
  /** Whether it answers reads sent to address 0. */
  broadcast: ['silent', 'answer'],
  /** Code of a switched-off output. */
  'off-code': ['255', '99'],
};

/** A simulated module: answers all three request forms, obeys writes, and measures the world. */
export function station(definition: JuntekDefinition, options: StationOptions): Station {
  const chosen = checkOptions(options.options ?? {});
  const offCode = Number(chosen['off-code'] ?? (definition.id === 'juntek-kh' ? OUTPUT.off_99 : OUTPUT.off));
  const initial = initialBodies(definition, options);
  const bodies: Bodies = structuredClone(initial);
  const inside = meter(bodies, offCode);
  const scan = scanner(framing);
  const rates = new Map<string, number>();
  const fixedLatency = chosen.latency;
  let address = options.address;

  const names = Object.keys(definition.groups) as (keyof Bodies)[]; // the record has no other keys
  const bodyText = (name: keyof Bodies): string => text(encode(definition.groups[name].body, bodies[name]));

  const readings = (): Record<string, Values> => {
    const out: Record<string, Values> = {};
    for (const name of names) out[name] = decode(definition.groups[name].body, ascii(bodyText(name)));
    for (const name of names) out[name] = complete(out[name] ?? {}, definition.groups[name].derived, out);
    return out;
  };

  const say = (line: string): Utterance => ({
    bytes: ascii(spoil(line, rates, options.random)),
    after:
      fixedLatency === undefined
        ? LATENCY.lowest + (LATENCY.highest - LATENCY.lowest) * options.random()
        : Number(fixedLatency),
  });

  const answerRead = (frame: JuntekFrame): Utterance[] => {
    if (frame.address === 0 && chosen.broadcast !== 'answer') return [];
    const name = names.find((one) => definition.groups[one].read === frame.number);
    return name === undefined ? [] : [say(lineOf(':r', frame.number, address, bodyText(name)))];
  };

  const obeyWrite = (frame: JuntekFrame): Utterance[] => {
    const entry = Object.entries(definition.writes).find(([, write]) => write.instruction === frame.number);
    const value = entry === undefined ? undefined : valueOf(frame, entry[1]);
    if (entry === undefined || value === undefined) return [];
    const from = address; // it answers from the address at which it was asked
    perform(entry[0], value);
    if (frame.address === 0 || chosen['write-reply'] === 'none') return [];
    const body = text(frame.bytes.slice(frame.start, frame.end));
    return [
      say(
        chosen['write-reply'] === 'echo'
          ? lineOf(':w', frame.number, from, body, frame.sum)
          : lineOf(':w', frame.number, from, '', 0),
      ),
    ];
  };

  const perform = (name: string, value: Value): void => {
    const { measured, configured } = bodies;
    switch (name) {
      case 'address':
        address = Number(value);
        break;
      case 'output':
        inside.switch(value === 'on');
        break;
      case 'soc':
        measured.remaining_capacity = (Number(configured.full_capacity) * Number(value)) / 100;
        break;
      case 'zero_current':
        inside.zero();
        break;
      case 'clear_counters':
        for (const counter of [
          'discharged_capacity',
          'discharged_energy',
          'charged_energy',
          'running_time',
        ]) {
          if (counter in measured) measured[counter] = 0;
        }
        break;
      case 'factory_reset':
        Object.assign(configured, structuredClone(definition.groups.configured.initial));
        inside.unsettled = 30;
        break;
      case 'date':
      case 'time':
        measured[name] = value;
        break;
      default:
        // A firmware that does not report a setting (the curve scales) keeps it to itself.
        if (configured[name] !== undefined) configured[name] = value;
    }
  };

  return {
    get address() {
      return address;
    },
    hear(bytes) {
      const said: Utterance[] = [];
      for (const found of scan.push(bytes)) {
        if (found.got !== 'frame' || found.frame.from !== 'master') continue;
        if (found.frame.address !== address && found.frame.address !== 0) continue;
        said.push(...(found.frame.instruction === 'R' ? answerRead(found.frame) : obeyWrite(found.frame)));
      }
      return said;
    },
    tick: (seconds, world) => inside.tick(seconds, world),
    readings,
    set: (field, value) => setField(definition, bodies, field, value),
    faults: { ...STATION_FAULTS, 'zero-current': 'the zero point wanders for 30 s, as after a first start' },
    fault(kind, rate) {
      if (kind === 'zero-current') inside.unsettled = rate > 0 ? 30 : 0;
      else if (kind in STATION_FAULTS) rates.set(kind, rate);
      else
        throw new Fault(
          'config',
          `unknown fault '${kind}': expected one of ${Object.keys(STATION_FAULTS).join(', ')}`,
        );
    },
  };
}

/** The value of a W line, or undefined when it is outside the range that the definition allows: then it is ignored. */
function valueOf(frame: JuntekFrame, write: WriteDefinition): Value | undefined {
  let value: Value;
  try {
    value = decode(write.codec as Codec<Value>, frame.bytes.slice(frame.start, frame.end)); // values are what it reads
  } catch {
    return undefined;
  }
  const { accepts } = write;
  if (accepts.form !== 'number' || (value === null && accepts.off)) return value;
  return typeof value === 'number' && value >= accepts.lowest && value <= accepts.highest ? value : undefined;
}

function initialBodies(definition: JuntekDefinition, options: StationOptions): Bodies {
  const { info, measured, configured } = definition.groups;
  const bodies: Bodies = {
    info: { ...info.initial },
    measured: { ...measured.initial },
    configured: { ...configured.initial },
  };
  for (const [group, values] of Object.entries(options.values ?? {})) {
    for (const [field, value] of Object.entries(values)) {
      if (value !== undefined) setField(definition, bodies, `${group}.${field}`, value);
    }
  }
  return bodies;
}

/** Sets a part of a message, or a derived value through the parts it follows from. */
function setField(definition: JuntekDefinition, bodies: Bodies, path: string, value: Value): void {
  const [before, after] = path.split('.');
  const names = Object.keys(bodies) as (keyof Bodies)[]; // the record has no other keys
  for (const group of names) {
    if (after !== undefined && before !== group) continue;
    const field = after ?? before ?? '';
    const body = bodies[group];
    const parts =
      field in body ? { [field]: value } : definition.groups[group].derived[field]?.to?.(value, body, bodies);
    if (parts === undefined) continue;
    const changed = { ...body, ...parts };
    encode(definition.groups[group].body, changed); // refuses what the message cannot carry
    Object.assign(body, parts);
    return;
  }
  const known = names.flatMap((group) => [
    ...Object.keys(bodies[group]),
    ...Object.entries(definition.groups[group].derived).flatMap(([name, rule]) =>
      rule.to === undefined ? [] : [name],
    ),
  ]);
  throw new Fault('config', `no field '${path}' to set: expected one of ${known.join(', ')}`);
}

function checkOptions(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(options)) {
    const allowed = OPTIONS[name];
    if (name === 'latency' && /^\d+(\.\d+)?$/.test(value)) continue;
    if (allowed?.includes(value) === true) continue;
    const expected = Object.entries(OPTIONS).map(([key, words]) => `${key}=${words.join('|')}`);
    throw new Fault(
      'config',
      `unknown option '${name}=${value}': expected ${[...expected, 'latency=MILLISECONDS'].join(', ')}`,
    );
  }
  return options;
}
