/**
 * IEC 62056-21 (IEC 61107): reading meters, and playing one. What it knows of makes is data (profiles); it needs
 * nothing and runs anywhere.
 */
export { announced, baudCharacter, startsFrom } from './baud.ts';
export { type BlockCheck, blockCheck, type CheckDetector, checkDetector, type ProvingCheck } from './bcc.ts';
export {
  type DataSet,
  type DataSetReader,
  dataSetReader,
  dataSets,
  type DataValue,
  numberOf,
  valueAt,
} from './dataset.ts';
export { fastRead } from './fast-read.ts';
export { type Ear, framing } from './framing.ts';
export {
  breakBytes,
  commandBytes,
  type CommandMessage,
  dataBytes,
  type DataMessage,
  identificationBytes,
  type IdentificationMessage,
  identificationOf,
  listBytes,
  type ListMessage,
  type Message,
  optionBytes,
  type OptionMessage,
  requestBytes,
  type RequestMessage,
} from './message.ts';
export { type BaudPolicy, type Credentials, isErrorText, type ReaderOptions } from './options.ts';
export { pushed, type Readout, readout, type ReadoutOptions } from './readout.ts';
export { type Objection, Refusal } from './refusal.ts';
export {
  type Answer,
  programming,
  type ReadCommand,
  type ReadOptions,
  type Session,
  type WriteCommand,
} from './session.ts';
export { busTiming, STANDARD_TIMINGS, type Timings, timings } from './timings.ts';
export { type Meter, meter } from './meter.ts';
export { type Mishap, MISHAPS, type Mishaps, mishaps } from './mishaps.ts';
export { passwordGuard, type PasswordGuard } from './password-guard.ts';
export type { MeterOptions, Order, Reply, Said, WrongPassword } from './meter-options.ts';
export { type Obis, type ObisName, obisName, obisOf } from './obis.ts';
export {
  ENERGOMERA,
  GENERIC,
  groupOf,
  type NamedValue,
  nameValues,
  optionsOf,
  type Profile,
  profileOf,
  PROFILES,
  type Register,
} from './profiles.ts';
