export { type ConsumerOptions, mqttSource } from './consumer.ts';
export { parseOrder } from './commands.ts';
export { stateDocument } from './document.ts';
export type { MqttOptions, MqttTls } from './options.ts';
export { openMqtt } from './output.ts';
