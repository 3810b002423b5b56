import type { Derived, FieldInfo } from '../../core/field.ts';
import { Fault } from '../../core/fault.ts';
import type { Profile, Timings } from '../../iec62056/index.ts';

/**
 * How the text between two brackets is read. `date` is Energomera's `ww.dd.mm.yy`, weekday first, 0 Sunday (read and
 * written as `2026-11-21`).
 */
export type Form = 'number' | 'text' | 'date';

/** A value of a group: where it stands in what the meter sends, and what it is. */
export interface Place extends FieldInfo {
  /** Address of its data set: `VOLTA`, or an OBIS code without medium, channel and `*255`, such as `1.8.0`. */
  readonly at: string;
  /** Other addresses under which some meters have it; the first that is there counts. Default none. */
  readonly also?: readonly string[];
  /** Which bracket behind the address, the first is 0. Default 0. */
  readonly bracket?: number;
  /** Default `number`. */
  readonly form?: Form;
  /**
   * Unit of its numbers where the meter prints none. Absent: a number without a unit is not believed, unless its
   * quantity has none.
   */
  readonly unit?: string;
}

/** Values that are read together. */
export interface GroupDefinition {
  readonly title: string;
  /** Seconds between two readings while a gateway runs. */
  readonly period: number;
  readonly fields: Readonly<Record<string, Place>>;
  readonly derived?: Readonly<Record<string, Derived>>;
  /** True: the group shows the identification line too, under `identification`. */
  readonly identified?: boolean;
  /** Name of a list in which everything stands that the meter sent, known or not. Absent: none. */
  readonly everything?: string;
}

/** A model for the simulator. */
export interface Preset {
  /** Identification line without `/`: `EKT5CE102Mv01`. */
  readonly identification: string;
  /** What stands between the brackets of P0. */
  readonly operand: string;
  /** Its registers as data sets, with the digits that it prints; values are only a beginning. */
  readonly list: string;
  /** Step of its energy registers in kWh, in which the simulator counts. */
  readonly step: number;
  /** True: the address stands in front of each bracket (`VOLTA(1)VOLTA(2)`), as CE301 writes it. */
  readonly repeated?: boolean;
  /** True: a line end behind each bracket, as Energomera meters write registers. Lists have one behind each data set anyway. */
  readonly lineEnds?: boolean;
}

/** What a device file of this protocol says. */
export interface MeterDefinition {
  readonly id: string;
  readonly title: string;
  readonly vendor: string;
  readonly models: readonly string[];
  readonly remarks: readonly string[];
  /** Maker's peculiarities: block check, password, FLAG identifications, error texts. */
  readonly profile: Profile;
  /** Baud rates of the sign-on that are tried, the likeliest first. */
  readonly starts: readonly number[];
  /** Times that differ from the standard's. */
  readonly timings: Partial<Timings>;
  /** True: registers are also answered without a session (`/?!` with the command behind it). */
  readonly sessionless?: boolean;
  /** Registers that tell whose meter it is: masked in captures that are passed on. */
  readonly personal: readonly string[];
  readonly groups: Readonly<Record<string, GroupDefinition>>;
  readonly presets: Readonly<Record<string, Preset>>;
}

/**
 * Fields whose places are those of a profile's registers, by the names that it gives to their brackets. Throws
 * `config` for a name that the profile does not have.
 */
export function placesOf(
  profile: Profile,
  fields: Readonly<Record<string, FieldInfo & Pick<Place, 'form'>>>,
): Readonly<Record<string, Place>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, info]) => {
      const register = profile.registers.find(({ brackets }) => brackets.includes(name));
      if (register === undefined) throw new Fault('config', `${profile.title} has no register for '${name}'`);
      const place: Place = {
        at: register.address,
        bracket: register.brackets.indexOf(name),
        form: register.form,
        ...(register.unit === '' ? {} : { unit: register.unit }),
        ...info,
      };
      return [name, place] as const;
    }),
  );
}
