/** TopBMS and its sisters (PACE, Seplos) on the frame of YD/T 1363.3: messages of packs, alarms in words, both sides. */
export {
  alarmDerived,
  alarmFields,
  alarmInfoFlag,
  alarmPack,
  chargeCurrentState,
  currentState,
  dischargeCurrentState,
  stateLists,
  voltageState,
} from './alarms.ts';
export { answer, type AnswerFields, type Variant } from './answer.ts';
export {
  type Bit,
  type BitList,
  conditions,
  eachOf,
  faults,
  inTurn,
  protections,
  type StatusByte,
  statusBits,
  unexplained,
  warnings,
} from './bits.ts';
export { type BmsDefinition, type Identity, type Message, message, type Part, part } from './definition.ts';
export { bms } from './device.ts';
export { clock6, clock7, identityText, packNumber, paddedAmong, productInformation } from './identity.ts';
export { type Fields, type PackLayout, packs, type Tail } from './packs.ts';
export {
  balanceAndHumidity,
  cycles,
  designCapacity,
  fullCapacity,
  infoFlag,
  soc,
  socComputed,
  socTenths,
  soh,
  sohTenths,
  telemetryDerived,
  telemetryFields,
  telemetryHead,
  telemetryPack,
} from './telemetry.ts';
export {
  amperes,
  byte,
  degrees,
  hexText,
  hundredths,
  padded,
  tenthsOfKelvin,
  terminated,
  thousandths,
  version,
} from './words.ts';
