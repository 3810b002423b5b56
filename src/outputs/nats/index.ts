export { natsSource, type NatsSourceOptions } from './consumer.ts';
export type { NatsOptions } from './options.ts';
export { natsOutput, type NatsOutputOptions } from './output.ts';
