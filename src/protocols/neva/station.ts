import { Fault } from '../../core/fault.ts';
import { complete } from '../../core/field.ts';
import { nearest } from '../../core/nearest.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import type { Station, StationOptions } from '../../core/station.ts';
import { meter, type MeterOptions, MISHAPS, mishaps, type Reply } from '../../iec62056/index.ts';
import { secondsOf } from './calendar.ts';
import { wireCode } from './code.ts';
import { groupsOf, type NevaDefinition } from './definition.ts';
import { DATE, TIME } from './read.ts';
import { networkAddress } from './session.ts';
import { textOf } from './words.ts';
import { registerBook } from './station-registers.ts';

/** Registers that are written otherwise than by keeping what was written. */
const ADDRESS = '600101FF';
const PASSWORD = '600102FF';

/** Error answers that are documented nowhere; a reader must not depend on the number. */
const DENIED = '05';

/** Where the clock of a station stands that no time has reached yet: only tests see it. */
const FIRST_MOMENT = '2026-11-20T10:00:00';

/** What can go wrong in these meters besides what can in any. */
const OWN_FAULTS: Readonly<Record<string, string>> = {
  locked: 'writing is refused, as while the programming button is not pressed',
};
const FAULTS: Readonly<Record<string, string>> = { ...MISHAPS, ...OWN_FAULTS };

const OPTIONS: Readonly<Record<string, string>> = {
  preset: 'model',
  password: 'the right password, eight characters',
  'second-password': 'one for reading only',
  'on-wrong-password': 'nak|error|break|silent',
  latency: 'milliseconds before each answer',
  optical: 'yes: begins at 300 baud, as at an optical head; else at 9600',
};

/** Plays a meter of a definition. */
export function station(definition: NevaDefinition, options: StationOptions): Station {
  const chosen = checkOptions(definition, options.options ?? {});
  const [usual = ''] = Object.keys(definition.presets);
  const preset = definition.presets[chosen.preset ?? usual];
  if (preset === undefined)
    throw new Fault('config', `${definition.id} has no preset '${chosen.preset ?? ''}'`);
  const isNew = preset.ident.includes('.71');
  const book = registerBook(definition, preset, {
    start: secondsOf(FIRST_MOMENT) ?? 0,
    seed: Math.floor(options.random() * 0x1_0000_0000),
    address: networkAddress(options.address).padStart(8, '0'),
  });
  const { happens, set: setFault, spoil } = mishaps(options.random, 'xor', OWN_FAULTS);
  const passwords = new Set([
    chosen.password ?? (isNew ? '' : '00000000'),
    ...(chosen['second-password'] === undefined ? [] : [chosen['second-password']]),
  ]);
  let elapsed = 0;
  let writing = false;
  const get: MeterOptions['get'] = ({ address, value }) => {
    if (happens('unsupported')) return undefined;
    if (happens('nak')) return { nak: true };
    return book.read(address, value);
  };

  const set: MeterOptions['set'] = ({ address, value, command }) => {
    if (!writing || happens('locked') || command !== 'W1') return { error: DENIED };
    if (address === PASSWORD && /^.{8}$/.test(value)) {
      passwords.clear();
      passwords.add(value);
      return '';
    }
    return write(address, value);
  };

  const write = (code: string, value: string): Reply => {
    if (code === DATE || code === TIME) return book.setClock(code, value) ? '' : { error: '03' };
    const outcome = book.write(code, value);
    if (outcome === 'unknown') return undefined;
    if (outcome !== 'written') return { error: outcome === 'malformed' ? '03' : DENIED };
    if (code === ADDRESS) stale = true;
    return '';
  };

  const made = (): ReturnType<typeof meter> =>
    meter({
      identification: book.identification(),
      address: book.address(),
      baud: chosen.optical === 'yes' ? 300 : 9600,
      password: (word) => {
        const known = passwords.has(word);
        writing = known && word !== chosen['second-password'];
        return known;
      },
      onWrongPassword: wrongPassword(chosen['on-wrong-password']),
      openReading: book.isOpen(),
      get,
      set,
      reaction: chosen.latency === undefined ? 25 : Number(chosen.latency),
      inactivity: 3000,
    });
  let inside = made();
  /** Identification or address changed: the session that is open goes on as it began. */
  let stale = false;
  const renew = (): void => {
    if (!stale || inside.state !== 'idle') return;
    inside = made();
    stale = false;
  };

  return {
    get address() {
      return Number(book.address());
    },
    get baud() {
      return inside.baud;
    },
    hear(bytes, baud) {
      const said = spoil(inside.hear(bytes, elapsed * 1000, baud), inside.state === 'programming');
      renew();
      return said;
    },
    tick(seconds, world) {
      if (elapsed === 0) book.begin(Math.floor(world.date / 1000));
      else book.tick(seconds);
      elapsed += seconds;
    },
    readings() {
      const all: Record<string, Values> = {};
      for (const [name] of groupsOf(definition)) all[name] = book.values(name);
      return Object.fromEntries(
        groupsOf(definition).map(([name, { derived }]) => [name, complete(all[name] ?? {}, derived, all)]),
      );
    },
    set(path, value) {
      if (setCode(path, value)) return;
      const before = [book.identification(), book.address()];
      book.set(path, value);
      stale ||= before[0] !== book.identification() || before[1] !== book.address();
      renew();
    },
    faults: FAULTS,
    fault: setFault,
  };

  /** A register set by its code (`--obis 0C.07.00*FF:230.1`); false when the path is none. */
  function setCode(path: string, value: Value): boolean {
    if (!/^[0-9A-Fa-f]{2}\.?[0-9A-Fa-f]{2}\./.test(path) && !/^[0-9A-Fa-f]{8}$/.test(path)) return false;
    book.hold(wireCode(path), textOf(value));
    return true;
  }
}

function wrongPassword(word = 'error'): NonNullable<MeterOptions['onWrongPassword']> {
  switch (word) {
    case 'nak':
    case 'error':
    case 'break':
    case 'silent':
      return word;
    default:
      throw new Fault('config', `on-wrong-password=${word}: expected nak, error, break or silent`);
  }
}

function checkOptions(
  { id, presets }: NevaDefinition,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(options)) {
    if (!(name in OPTIONS)) {
      const close = nearest(name, Object.keys(OPTIONS));
      throw new Fault(
        'config',
        `${id} has no option '${name}'${close === undefined ? '' : `: did you mean '${close}'?`} It has ${Object.entries(
          OPTIONS,
        )
          .map(([key, says]) => `${key}=${says}`)
          .join(', ')}`,
      );
    }
    if (name === 'preset' && !(value in presets)) {
      throw new Fault(
        'config',
        `unknown preset '${value}': expected one of ${Object.keys(presets).join(', ')}`,
      );
    }
    if (name === 'optical' && value !== 'yes' && value !== 'no') {
      throw new Fault('config', `optical=${value}: expected yes or no`);
    }
    if (name === 'latency' && !/^\d+$/.test(value)) {
      throw new Fault('config', `latency=${value}: expected milliseconds`);
    }
  }
  return options;
}
