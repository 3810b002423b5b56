import { type Codec, struct } from '../../codec/index.ts';
import { field, type Role } from '../../core/field.ts';
import type { QuantityName } from '../../core/quantity.ts';
import {
  characters,
  date,
  fixed,
  loadDigit,
  moment,
  named,
  type Register,
  signedByte,
  single,
  stamp,
  time,
  weekday,
  withTotal,
} from '../../protocols/neva/index.ts';

/**
 * Registers that all Neva meters share, each with code, format and meaning. Sources: Neva MT1 user guide
 * (TASV.411152.002 I2, 2013, revised 2015); for MT3 the sources of neva-mt-counter, pyneva and wb-mqtt-serial, which
 * read MT324 meters. A register that a model does not have is asked once.
 */

/** Something that the owner has set. */
export const setting = <T>(codec: Codec<T>, title: string, quantity: QuantityName, remark?: string) =>
  field(codec, { title, quantity, kind: 'setting', ...(remark === undefined ? {} : { remark }) });

const identity = <T>(codec: Codec<T>, title: string, remark?: string) =>
  field(codec, { title, quantity: 'text', kind: 'identity', ...(remark === undefined ? {} : { remark }) });

/** Something that nobody has explained in full, kept as it came. */
export const raw = <T>(codec: Codec<T>, title: string, remark: string) =>
  field(codec, { title, quantity: 'text', kind: 'raw', remark });

/** Active energy as it was on some day; what it is now has a role too. */
const then = (codec: Codec<number>, title: string) =>
  field(codec, { title, quantity: 'energy', kind: 'counter' });
const now = (codec: Codec<number>, title: string, role: Role) =>
  field(codec, { title, quantity: 'energy', kind: 'counter', role });

const totalNow = now(fixed(6, 2), 'Energy', 'imported_energy');

/** Tariffs of active energy now, in kWh: with six digits before the point, or five in the new dialect. */
const tariffsNow = (digits: number) => ({
  t1: now(fixed(digits, 2), 'Energy, tariff 1', 'imported_energy_t1'),
  t2: now(fixed(digits, 2), 'Energy, tariff 2', 'imported_energy_t2'),
  t3: now(fixed(digits, 2), 'Energy, tariff 3', 'imported_energy_t3'),
  t4: now(fixed(digits, 2), 'Energy, tariff 4', 'imported_energy_t4'),
});

/** Total and tariffs of active energy on some day: 000000.00 kWh each. */
export const energies = {
  total: then(fixed(6, 2), 'Energy'),
  t1: then(fixed(6, 2), 'Energy, tariff 1'),
  t2: then(fixed(6, 2), 'Energy, tariff 2'),
  t3: then(fixed(6, 2), 'Energy, tariff 3'),
  t4: then(fixed(6, 2), 'Energy, tariff 4'),
};

/** 60.01.xx: who it is. `firmware` is 8 characters on MT3, 2 on MT1. */
export const identityRegisters = (firmware: 2 | 8): readonly Register[] => [
  single(
    '600100FF',
    struct({
      serial_number: field(characters(8), {
        title: 'Serial number',
        quantity: 'text',
        kind: 'identity',
        role: 'serial_number',
      }),
    }),
  ),
  single(
    '600101FF',
    struct({
      network_address: identity(
        characters(8),
        'Network address',
        'From the factory the last eight digits of the serial number, or zeros.',
      ),
    }),
  ),
  single(
    '600104FF',
    struct({
      firmware: field(characters(firmware), {
        title: 'Firmware',
        quantity: 'text',
        kind: 'identity',
        role: 'firmware',
      }),
    }),
  ),
  single('60010AFF', struct({ place: identity(characters(16), 'Metering point') })),
  single('6363FFFF', struct({ verified: identity(moment, 'Verified on') })),
];

/** Active energy now. The new dialect sends a time stamp and no total. */
export const activeEnergy: readonly Register[] = [
  single('0F0880FF', struct({ total: totalNow, ...tariffsNow(6) }), { dialect: 'classic' }),
  single(
    '0F0880FF',
    withTotal(
      struct({
        read_at: field(stamp, {
          title: 'Read at',
          quantity: 'time',
          kind: 'measurement',
          remark: 'On the meter\u2019s own clock; the new dialect only.',
        }),
        ...tariffsNow(5),
      }),
      totalNow,
    ),
    { dialect: 'new', argument: 'S' },
  ),
];

/** Reactive energies of the AR types: 03.08.80 positive, 04.08.80 negative. */
export const reactiveEnergy: readonly Register[] = [
  single('030880FF', struct(reactive('positive'))),
  single('040880FF', struct(reactive('negative'))),
];

function reactive(sign: 'positive' | 'negative') {
  const value = (title: string) =>
    field(fixed(6, 2), { title, quantity: 'reactive_energy', kind: 'counter' });
  return {
    [`reactive_${sign}_total`]: value(`Reactive energy, ${sign}`),
    [`reactive_${sign}_t1`]: value(`Reactive energy, ${sign}, tariff 1`),
    [`reactive_${sign}_t2`]: value(`Reactive energy, ${sign}, tariff 2`),
    [`reactive_${sign}_t3`]: value(`Reactive energy, ${sign}, tariff 3`),
    [`reactive_${sign}_t4`]: value(`Reactive energy, ${sign}, tariff 4`),
  };
}

/** Something measured. */
export const reading = (codec: Codec<number>, title: string, quantity: QuantityName, role?: Role) =>
  field(codec, { title, quantity, kind: 'measurement', ...(role === undefined ? {} : { role }) });

/** A register that is one number. */
export const measured = (
  code: string,
  name: string,
  codec: Codec<number>,
  title: string,
  quantity: QuantityName,
  role?: Role,
): Register => single(code, struct({ [name]: reading(codec, title, quantity, role) }));

/** A power factor, with the digit in front that says which way the load turns (MT324.11 leaves it out). */
export const powerFactor = (code: string, name: string, places: number, title: string): Register =>
  single(
    code,
    named({
      [`${name}_load`]: field(loadDigit, {
        title: `${title}, kind of load`,
        quantity: 'word',
        kind: 'state',
      }),
      [name]: reading(fixed(1, places), title, 'power_factor'),
    }),
  );

/** 00.09.xx and 00.0A.98. */
export const clockRegisters: readonly Register[] = [
  single('000902FF', struct({ date: field(date, { title: 'Date', quantity: 'text', kind: 'state' }) })),
  single('000901FF', struct({ time: field(time, { title: 'Time', quantity: 'text', kind: 'state' }) })),
  single(
    '000905FF',
    struct({
      weekday: field(weekday, {
        title: 'Day of the week',
        quantity: 'word',
        kind: 'state',
        remark: 'Counted by the meter itself; wrong on meters whose clock was never set.',
      }),
    }),
  ),
  single(
    '000A98FF',
    struct({ clock_trim: setting(signedByte, 'Clock trim', 'number', 'In ppm, -19 to 19.') }),
  ),
];
