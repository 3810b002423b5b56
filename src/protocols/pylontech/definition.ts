import type { Codec } from '../../codec/index.ts';
import type { Derived } from '../../core/field.ts';
import type { Accepts, Expectation } from '../../core/device.ts';
import type { Readings, Value, Values } from '../../core/snapshot.ts';

/** What a device file of this protocol says: see `devices/pylontech`. */
export interface PylontechDefinition {
  readonly id: string;
  readonly title: string;
  readonly models: readonly string[];
  /** What a user should know: uncertain facts, limits. */
  readonly remarks: readonly string[];
  /** In reading order; the names are public. */
  readonly groups: Readonly<Record<string, GroupDefinition>>;
  readonly writes: Readonly<Record<string, WriteDefinition>>;
}

/** One group: what is read of each pack, and what follows for the rack. */
export interface GroupDefinition {
  readonly title: string;
  /** Seconds between two readings while a gateway runs. */
  readonly period: number;
  /** The commands that bring it; where there are several, a pack may lack some. */
  readonly messages: readonly Message[];
  /** Fields of a pack that cannot change between two questions. */
  readonly steady?: readonly string[];
  /** What follows for one pack from its own values. */
  readonly ofPack: Readonly<Record<string, Derived>>;
  /** What follows for the rack from its packs. */
  readonly ofRack: Readonly<Record<string, Derived>>;
  /** Title of the list of packs. */
  readonly packs: string;
  /** What a simulated pack starts with. */
  readonly initial: Values;
}

/** A question, and what stands in the INFO of its answer. */
export interface Message {
  /** CID2. */
  readonly command: number;
  /** What it brings, in words, for faults. */
  readonly what: string;
  /** What the question carries: the pack, or nothing. */
  readonly asks: 'pack' | 'nothing';
  /** `group`: COMMAND FF asks for all packs at once. `master`: only the master answers for itself. */
  readonly to: 'group' | 'pack' | 'master';
  /** True where VER is the answer and INFO is empty: the body is VER. */
  readonly inVer?: boolean;
  /** INFO: `info_flag` and `command` where it has them, then `packs`. */
  readonly body: Codec<Values>;
  /** What cannot be true of a pack, in words; undefined when all of it can. */
  readonly implausible?: (pack: Values) => string | undefined;
}

/** One command that changes something. */
export interface WriteDefinition {
  /** CID2. */
  readonly command: number;
  readonly title: string;
  readonly unit: string;
  readonly accepts: Accepts;
  /** What happens, what to take care of. */
  readonly remark: string;
  /** What stands behind COMMAND. */
  readonly body: (value: Value) => Uint8Array;
  readonly readback: readonly string[];
  readonly expects: (value: Value, before: Readings) => readonly Expectation[];
}

/** A message whose type of body is forgotten behind it. */
export function message<V extends Values>(of: Omit<Message, 'body'> & { readonly body: Codec<V> }): Message {
  // A codec is invariant in its value; behind this border a body's value always comes from the same codec.
  return { ...of, body: of.body as unknown as Codec<Values> };
}
