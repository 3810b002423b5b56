/** Electricity meters of other makers over IEC 62056-21: registers by name, lists with OBIS identifications. */
export {
  type Form,
  type GroupDefinition,
  type MeterDefinition,
  type Place,
  placesOf,
  type Preset,
} from './definition.ts';
export { meterDevice } from './device.ts';
export { ENERGOMERA, GENERIC } from '../../iec62056/index.ts';
