/** Neva electricity meters: registers, tariff plans, load profiles, and the meter's side of it. */
export { dayBefore } from './calendar.ts';
export { standardCode, vendorCode, wireCode } from './code.ts';
export {
  type Dialect,
  type GroupDefinition,
  type GroupName,
  type ListInfo,
  type NevaDefinition,
  type Preset,
  type Register,
  row,
  rowOf,
  single,
  type WriteDefinition,
} from './definition.ts';
export { bitsIn, kilo, modelIn, momentFrom, stamp, variantIn, withTotal } from './derived.ts';
export { neva } from './device.ts';
export {
  checkCode,
  type ObisAccess,
  type ObisAnswer,
  type ObisWrite,
  readCodes,
  serialNumber,
  writeCode,
  writeFrame,
} from './obis.ts';
export {
  type Plan,
  scheduleOf,
  schedulesNamed,
  seasons,
  type Season,
  type Span,
  spansText,
  type SpecialDay,
  specialDays,
  type Switch,
  switches,
  tariffsOf,
} from './plan.ts';
export { profileDay, registersOf } from './profile.ts';
export { clockDigits, dateDigits, scheduleWire, seasonsWire, specialDaysWire } from './wire.ts';
export {
  billing,
  body,
  characters,
  date,
  fixed,
  hexText,
  items,
  loadDigit,
  moment,
  named,
  onOff,
  signedByte,
  temperature,
  time,
  trimmed,
  weekday,
} from './words.ts';
