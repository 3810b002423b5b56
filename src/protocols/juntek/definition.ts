import type { AnyCodec, Codec } from '../../codec/index.ts';
import type { Accepts, Expectation, ReadingFormat, Risk, Writable } from '../../core/device.ts';
import type { Derived } from '../../core/field.ts';
import type { Readings, Value, Values } from '../../core/snapshot.ts';

/** What a device file of this protocol says: see `devices/juntek`. */
export interface JuntekDefinition {
  readonly id: string;
  readonly title: string;
  readonly models: readonly string[];
  /** What a user should know: uncertain facts, limits. */
  readonly remarks: readonly string[];
  /** The three reads of the protocol; the names are public. */
  readonly groups: Readonly<Record<'info' | 'measured' | 'configured', Message>>;
  readonly writes: Readonly<Record<string, WriteDefinition>>;
  /** Output forms of older programs for this device. */
  readonly formats?: (definition: JuntekDefinition) => Readonly<Record<string, ReadingFormat>>;
}

/** One read instruction and its answer. */
export interface Message {
  /** Function number: 0, 50 or 51. */
  readonly read: number;
  readonly title: string;
  /** Seconds between two readings while a gateway runs. */
  readonly period: number;
  /** The values behind the check sum. */
  readonly body: Codec<Values>;
  readonly derived: Readonly<Record<string, Derived>>;
  /** What a simulated device starts with. */
  readonly initial: Values;
}

/** One W instruction. */
export interface WriteDefinition {
  /** Function number behind W. */
  readonly instruction: number;
  /** The value on the wire, usually the codec of the field that it sets. */
  readonly codec: AnyCodec;
  /** Left out: the title of the field of the same name. */
  readonly title?: string;
  /** Left out: the unit of the field of the same name. */
  readonly unit?: string;
  readonly accepts: Accepts;
  readonly risk: Risk;
  /** What happens, what to take care of. */
  readonly remark?: string;
  readonly guard?: NonNullable<Writable['guard']>;
  /** May go to address 0, everybody. */
  readonly broadcast?: boolean;
  /** True for W01: the value becomes the device's address. */
  readonly readdresses?: boolean;
  /** Groups read before and after; left out: `configured`. */
  readonly readback?: readonly string[];
  /** What must be read back; left out: the field of the same name in `configured` has the value written. */
  readonly expects?: (value: Value, before: Readings) => readonly Expectation[];
}

/** A message whose derived values and start fit its body; the type of the body is forgotten behind it. */
export function message<V extends Values>(
  of: Omit<Message, 'body' | 'initial'> & { readonly body: Codec<V>; readonly initial: NoInfer<V> },
): Message {
  // A codec is invariant in its value; behind this border a body's value always comes from the same codec.
  return { ...of, body: of.body as unknown as Codec<Values> };
}
