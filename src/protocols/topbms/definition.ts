import type { Codec } from '../../codec/index.ts';
import type { Addresses } from '../../core/device.ts';
import type { Derived } from '../../core/field.ts';
import type { Values } from '../../core/snapshot.ts';
import type { Dialect } from '../../ydt1363/index.ts';
import { answer, type AnswerFields, type Variant } from './answer.ts';

/** What a device file of this protocol says: see `devices/topbms`, `devices/pace`, `devices/seplos`. */
export interface BmsDefinition {
  readonly id: string;
  readonly title: string;
  readonly vendor: string;
  readonly models: readonly string[];
  /** What a user should know: uncertain facts, limits. */
  readonly remarks: readonly string[];
  readonly baud: number;
  readonly addresses: Addresses;
  /** VER and CID1 of questions and answers, and what silence probably means. */
  readonly dialect: Dialect & { readonly answerVers: readonly number[] };
  /** VER with which a simulated device answers, by variant; the first is the usual one. */
  readonly versions: Readonly<Record<string, number>>;
  /** True where a master answers for the packs behind it: its address is asked for all of them. */
  readonly throughMaster?: boolean;
  /** True where one question to all packs (FF) is known, to be used where it has worked. */
  readonly asksAll?: boolean;
  /** Addresses from which an answer is taken besides the one asked. */
  readonly answersFrom?: readonly number[];
  /**
   * True where the byte in front of a pack says nothing about which pack it is: it is kept as `group`, and the pack
   * has the address that answered.
   */
  readonly anyGroup?: boolean;
  readonly groups: Readonly<Record<'telemetry' | 'alarms', Message>>;
  readonly identity: Identity;
}

/** A command that carries packs, and its answer. */
export interface Message {
  /** CID2. */
  readonly command: number;
  readonly title: string;
  /** Seconds between two readings while a gateway runs. */
  readonly period: number;
  readonly fields: AnswerFields;
  readonly body: Codec<Values>;
  /** What follows for each pack from its own values. */
  readonly ofPack: Readonly<Record<string, Derived>>;
  /** Fields of a pack that cannot change between two questions. */
  readonly steady?: readonly string[];
  /** What follows for all packs together. */
  readonly derived: Readonly<Record<string, Derived>>;
  /** A pack of a simulated device at its start. */
  readonly initial: Values;
  /** What differs in that pack where the simulated device speaks a variant. */
  readonly initialOf?: Readonly<Record<string, Values>>;
}

/** A command that carries packs in one of several variants. */
export function message({
  variants,
  ...of
}: Omit<Message, 'body' | 'ofPack'> & { readonly variants: Readonly<Record<string, Variant>> }): Message {
  const [usual] = Object.values(variants);
  return { ...of, body: answer(variants, of.fields), ofPack: usual?.pack.computed ?? {} };
}

/** Commands that say what the device is. Which of them a device knows, it shows by refusing the others. */
export interface Identity {
  readonly title: string;
  readonly period: number;
  readonly parts: readonly Part[];
}

/** One command of the identity, and its answer. */
export interface Part {
  /** What it brings, in words. */
  readonly what: string;
  /** CID2. */
  readonly command: number;
  /** What the question carries: the pack number, or nothing. */
  readonly asks: 'pack' | 'nothing';
  readonly body: Codec<Values>;
  /** Milliseconds to the first byte of the answer where it is long; absent: the device's response time. */
  readonly timeout?: number;
  /** True where INFO is sent as plain characters instead of hexadecimal digits. */
  readonly plain?: boolean;
  /** VER of its answers; absent: that of all others. */
  readonly version?: number;
  /** Variants in which a simulated device knows the command; absent: in the usual one. */
  readonly variants?: readonly string[];
  /** What a simulated device says. */
  readonly initial: Values;
}

/** A part whose start fits its body; the type of the body is forgotten behind it. */
export function part<V extends Values>(
  of: Omit<Part, 'body' | 'initial'> & { readonly body: Codec<V>; readonly initial: NoInfer<V> },
): Part {
  // A codec is invariant in its value; behind this border a body's value always comes from the same codec.
  return { ...of, body: of.body as unknown as Codec<Values> };
}
