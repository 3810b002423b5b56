/** The Pylontech low-voltage RS485 protocol: packs, groups, and the battery's side of it. */
export { ADDRESSES, packsAt, questionTo } from './address.ts';
export {
  type GroupDefinition,
  message,
  type Message,
  type PylontechDefinition,
  type WriteDefinition,
} from './definition.ts';
export {
  bitOf,
  capacityOf,
  cellsOf,
  cellSum,
  chargeOf,
  namesOf,
  sensorsOf,
  socOf,
  STATE_WORDS,
  statesOf,
  surplusOf,
  eitherOf,
  troubleOf,
} from './derive.ts';
export { pylontech } from './device.ts';
export { ALL, DIALECT, readAll, readPack, recognise } from './exchange.ts';
export { MOST, packs } from './packs.ts';
export { alarmShapes, analogShapes, packOf } from './shapes.ts';
export { valuesOf } from './values.ts';
export { fourLimits, nothing } from './write-values.ts';
export {
  celsius,
  longMilliampereHours,
  milliampereHours,
  millivolts,
  nibbleVersion,
  padded,
  surplus,
  temperatureLimit,
  tenthAmperes,
  unexplained,
  version,
} from './words.ts';
