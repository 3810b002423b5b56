export { brokerDoor, type BrokerOptions } from './broker.ts';
export { jsonDoor } from './json.ts';
export type { DomoticzOptions } from './options.ts';
export { domoticz } from './output.ts';
