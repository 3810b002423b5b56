import { Fault } from '../../core/fault.ts';
import { complete, numberIn } from '../../core/field.ts';
import { nearest } from '../../core/nearest.ts';
import type { Values } from '../../core/snapshot.ts';
import type { Station, StationOptions } from '../../core/station.ts';
import { meter, type MeterOptions, MISHAPS, mishaps, type WrongPassword } from '../../iec62056/index.ts';
import { type Book, bookOf } from './book.ts';
import type { MeterDefinition, Preset } from './definition.ts';
import { wordOf } from './values.ts';

const OPTIONS: Readonly<Record<string, string>> = {
  preset: 'model',
  password: 'the right password',
  'on-wrong-password': 'nak|error|break|silent',
  latency: 'milliseconds before each answer',
  optical: 'yes: begins at 300 baud, as at an optical head; else at 9600',
};
const WRONG: readonly WrongPassword[] = ['nak', 'error', 'break', 'silent'];
/** Milliseconds before each answer where nothing else is said: what an MT324 on RS485 took (25 to 41). */
const USUAL_LATENCY = 30;
/** Milliseconds of silence after which Energomera meters end a session: 1500 to 3000 (esphome-energomera-iec). */
const INACTIVITY = 3000;

/** Plays a meter of a definition. */
export function station(definition: MeterDefinition, options: StationOptions): Station {
  const chosen = checked(definition, options.options ?? {});
  const [usual = ''] = Object.keys(definition.presets);
  const preset = definition.presets[chosen.preset ?? usual];
  if (preset === undefined)
    throw new Fault('config', `${definition.id} has no preset '${chosen.preset ?? ''}'`);
  const book = bookOf(definition, preset);
  const check = definition.profile.check === 'auto' ? 'xor' : definition.profile.check;
  const luck = mishaps(options.random, check);
  let { identification } = preset;
  let elapsed = 0;
  let left = 0;
  const inside = (): ReturnType<typeof meter> =>
    meter({
      ...meterOptions(definition, preset, book, chosen, luck.happens),
      identification,
      address: addressOf(options),
    });
  let played = inside();

  return {
    address: options.address,
    get baud() {
      return played.baud;
    },
    hear(bytes, baud) {
      const said = played.hear(bytes, elapsed * 1000, baud);
      return luck.spoil(said, played.state === 'programming');
    },
    tick(seconds, world) {
      elapsed += seconds;
      left = live(book, preset.step, left, seconds, world.date);
      played.tick(elapsed * 1000);
    },
    readings() {
      const all: Record<string, Values> = {};
      for (const [name, group] of Object.entries(definition.groups)) {
        all[name] = {
          ...(group.identified === true ? { identification } : {}),
          ...book.values(name),
        };
      }
      return Object.fromEntries(
        Object.entries(definition.groups).map(([name, { derived = {} }]) => [
          name,
          complete(all[name] ?? {}, derived, all),
        ]),
      );
    },
    set(path, value) {
      if (path.split('.').at(-1) === 'identification') {
        identification = wordOf(value);
        played = inside();
      } else if (/^(?:\d+-\d+:)?[\dA-Z]+\.[\dA-Z]+(?:\.\d+)?(?:[*&]\d+)?$/.test(path)) {
        book.hold(path, wordOf(value));
      } else {
        book.set(path, value);
      }
    },
    faults: MISHAPS,
    fault: (kind, rate) => luck.set(kind, rate),
  };
}

function addressOf({ address }: StationOptions): string {
  return address === 0 ? '' : String(address);
}

function meterOptions(
  { profile, sessionless }: MeterDefinition,
  preset: Preset,
  book: Book,
  chosen: Readonly<Record<string, string>>,
  happens: (kind: string) => boolean,
): Omit<MeterOptions, 'identification' | 'address'> {
  const optical = chosen.optical === 'yes';
  const password = chosen.password ?? profile.password;
  const [unknown = '01'] = profile.absent;
  const get: MeterOptions['get'] = ({ address, value }) => {
    if (happens('unsupported')) return undefined;
    if (happens('nak')) return { nak: true };
    const names = address === 'GROUP' ? value.split('()').filter((one) => one !== '') : [address];
    const texts = names.map((name) => book.answer(name));
    return texts.includes(undefined) ? undefined : { text: texts.join('') };
  };
  return {
    operand: preset.operand,
    check: profile.check === 'auto' ? 'xor' : profile.check,
    baud: optical ? 300 : 9600,
    ...(password === undefined ? {} : { password }),
    onWrongPassword: WRONG.find((one) => one === chosen['on-wrong-password']) ?? 'error',
    openReading: sessionless === true || password === undefined,
    get,
    ...(profile.reading === 'list' ? { list: (mode) => (mode === '0' ? book.list() : undefined) } : {}),
    errors: { unknown },
    reaction: chosen.latency === undefined ? USUAL_LATENCY : Number(chosen.latency),
    inactivity: INACTIVITY,
  };
}

/**
 * Energy grows by the power now; the clock goes on.
 * @param left energy in kWh that is less than a step of the register
 * @returns what is left then
 */
function live(book: Book, step: number, left: number, seconds: number, date: number): number {
  const all: Values = { ...book.values('energy'), ...book.values('instant'), ...book.values('clock') };
  const more = left + (Math.max(0, numberIn(all, 'active_power') ?? 0) * seconds) / 3_600_000;
  const steps = Math.floor(more / step);
  for (const name of steps > 0 ? ['total', 't1'] : []) {
    const before = numberIn(all, name);
    // Rounded to whole steps, since neither number is exact in binary.
    if (before !== undefined) book.set(name, Number(((Math.round(before / step) + steps) * step).toFixed(7)));
  }
  if (typeof all.date === 'string') {
    const day = new Date(date).toISOString();
    book.set('date', all.date.includes('-') ? day.slice(0, 10) : day.slice(2, 10).replaceAll('-', ''));
    if (typeof all.time === 'string') {
      book.set('time', all.time.includes(':') ? day.slice(11, 19) : day.slice(11, 19).replaceAll(':', ''));
    }
  }
  return more - steps * step;
}

function checked(
  { id, presets }: MeterDefinition,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const accepted: Readonly<Record<string, (value: string) => boolean>> = {
    preset: (value) => value in presets,
    'on-wrong-password': (value) => WRONG.some((one) => one === value),
    latency: (value) => /^\d+$/.test(value),
    optical: (value) => value === 'yes' || value === 'no',
  };
  for (const [name, value] of Object.entries(options)) {
    if (!(name in OPTIONS)) {
      const close = nearest(name, Object.keys(OPTIONS));
      const known = Object.entries(OPTIONS).map(([key, says]) => `${key}=${says}`);
      throw new Fault(
        'config',
        `${id} has no option '${name}'${close === undefined ? '' : `: did you mean '${close}'?`} It has ${known.join(', ')}`,
      );
    }
    if (accepted[name]?.(value) === false) {
      const expected = name === 'preset' ? Object.keys(presets).join(', ') : (OPTIONS[name] ?? '');
      throw new Fault('config', `${name}=${value}: expected ${expected}`);
    }
  }
  return options;
}
