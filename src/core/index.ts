/** The vocabulary of busbar: quantities, faults, links, framings, exchanges, the bus, devices. Runs anywhere. */
export { type Bus, type BusOptions, type Job, openBus } from './bus/bus.ts';
export type { BusHealth, DeviceHealth } from './bus/health.ts';
export { type Rank, RANKS } from './bus/queue.ts';
export { type Timing, timingFor } from './bus/timing.ts';
export {
  type ArchiveEntry,
  archived,
  type ArchiveOrigin,
  daysMissing,
  PROFILE,
  PROFILE_MARKS,
  profileArchive,
} from './archive.ts';
export { type MeterClock, meterClock } from './meter-clock.ts';
export { ascii, bytesOfText, hex, isTextual, show, text } from './bytetext.ts';
export {
  type Capture,
  CAPTURE_VERSION,
  type CaptureEntry,
  parseCapture,
  printCapture,
  printCaptureEntry,
  printCaptureHeader,
} from './capture.ts';
export { buildCatalog, type Catalog, isFamily } from './catalog.ts';
export { type Clock, sleep } from './clock.ts';
export { clockOf, computed, percentOf, product, sensor, signed, tidy, wordOf } from './derive.ts';
export {
  type Accepts,
  type Access,
  type AccessSettings,
  type Addresses,
  type Device,
  type Expectation,
  type Family,
  type Gathering,
  type AllUnits,
  type Group,
  type Lacking,
  groupOf,
  type Risk,
  type Units,
  type Writable,
} from './device.ts';
export { dissect } from './dissect.ts';
export { ask, type Exchange, type Judgement, listen, type Listen, say, type Step } from './exchange.ts';
export { family } from './family.ts';
export { type Evidence, Fault, type FaultCode, type FaultDetail, faultOf } from './fault.ts';
export {
  type AlarmMark,
  complete,
  type Derived,
  type Field,
  field,
  type FieldInfo,
  fieldsOf,
  isFieldInfo,
  numberIn,
  type Role,
  unitOf,
} from './field.ts';
export { findDevices, type Found as FoundDevice, type Progress, tell } from './find.ts';
export { follow, type Followed, type FollowOptions, type Mode } from './follow.ts';
export { type Bad, type Found, type Framing, type Scan, type Scanner, scanner } from './framing.ts';
export { fullChargeWatch, type FullChargeRule, type FullChargeWatch } from './full-charge.ts';
export { type Inspected, type Inspector, inspector } from './inspect.ts';
export {
  baudOf,
  characterTime,
  type Format,
  formatOf,
  FORMATS,
  line,
  type Line,
  lineText,
  type Parity,
} from './line.ts';
export type { Channel, Link } from './link.ts';
export { type MemoryLine, memoryLine, type MemoryLineOptions } from './memory-link.ts';
export { type ParityChannel, softwareParity } from './parity.ts';
export type {
  ProfileDay,
  ProfileMark,
  ProfileOutcome,
  ProfileReading,
  ProfileRegisters,
  ProfileSlot,
  ProfileSpan,
  ProfileWanted,
} from './profile.ts';
export {
  format,
  type Kind,
  quantities,
  type Quantity,
  quantity,
  type QuantityName,
  stateClass,
} from './quantity.ts';
export { flatNames, numbersOf, type Over, overPacks, percent, rackView, together } from './rack.ts';
export { groupsNamed, overhear, place, type Place, poll, type Reading } from './read.ts';
export { type Connection, type ConnectionState, persistent, type PersistentOptions } from './reconnect.ts';
export {
  isList,
  isRecord,
  listIn,
  type Readings,
  type Snapshot,
  type Value,
  type Values,
} from './snapshot.ts';
export type { Master, Station, StationOptions, Utterance, World } from './station.ts';
export { recordsIn, type UnitBook, unitBook, type UnitShelf, unitShelf } from './units.ts';
export { type VirtualClock, virtualClock, type VirtualClockOptions } from './virtual-clock.ts';
export { carryOut, type PlannedWrite, planWrite, valueOf, type WriteReport } from './write.ts';
export * from './site/index.ts';
