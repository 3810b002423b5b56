import { expect, test } from 'vitest';
import { mqttSchema } from '../../src/config/outputs/mqtt.ts';
import type { MqttOutputOptions } from '../../src/outputs/mqtt.ts';
import { DEFAULTS } from './mqtt-rig.ts';

test('what a configuration says is what the output takes, and its defaults are those of the tests', () => {
  const read: MqttOutputOptions = mqttSchema.parse({ type: 'mqtt', url: 'mqtt://localhost' });
  expect(read).toMatchObject(DEFAULTS);
});

test('homeassistant: true is a bundle under homeassistant', () => {
  const { homeassistant } = mqttSchema.parse({ type: 'mqtt', url: 'mqtt://localhost', homeassistant: true });
  expect(homeassistant).toEqual({ prefix: 'homeassistant', mode: 'bundle', cells: false, aliases: {} });
});
