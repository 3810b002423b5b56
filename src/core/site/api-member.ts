import type { Accepts, Risk } from '../device.ts';
import type { Field } from '../field.ts';
import type { Make } from './member.ts';

/** A field with what its quantity says of it. */
export interface ApiField extends Omit<Field, 'items'> {
  /** Unit as printed; empty for pure numbers, words and times. */
  readonly unit: string;
  /** Digits behind the point that are worth showing. */
  readonly digits: number;
  readonly items?: readonly ApiField[];
}

/** Values that belong together. */
export interface ApiGroup {
  readonly name: string;
  readonly title: string;
  /** Seconds between two readings as the device suggests them. */
  readonly period: number;
  readonly fields: readonly ApiField[];
}

/** Something that can be written. */
export interface ApiWritable {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly accepts: Accepts;
  readonly risk: Risk;
  readonly remark?: string;
}

/** A source of values: a device under its owner's name, or the site itself. */
export interface ApiMember {
  readonly name: string;
  readonly title: string;
  readonly make?: Make;
  readonly bus?: string;
  readonly address?: number;
  readonly groups: readonly ApiGroup[];
  /** What the owner allows to be written. */
  readonly writables: readonly ApiWritable[];
  /** Played by a simulator: marked on every screen. */
  readonly simulated: boolean;
  /** Keeps a load profile that can be read. */
  readonly profile: boolean;
}
