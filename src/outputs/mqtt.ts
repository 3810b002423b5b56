import { type MakeBrokerAddOn, onlyMembers, type Output, type OutputContext } from '../core/site/index.ts';
import { homeAssistant, type HomeAssistantOptions, withdrawal } from './homeassistant/index.ts';
import { type MqttOptions, openMqtt } from './mqtt/index.ts';

/** An MQTT output as configured. */
export type MqttOutputOptions = MqttOptions & {
  /** Only these members; absent: all. */
  readonly members?: readonly string[];
  /** How devices are announced to Home Assistant; false: not at all. */
  readonly homeassistant: HomeAssistantOptions | false;
};

/**
 * Sends a site to an MQTT broker and, where wanted, announces it to Home Assistant. Never rejects: a broker that is away
 * is waited for.
 * @param version of busbar
 * @param more what else speaks over the connection
 */
export async function mqttOutput(
  options: MqttOutputOptions,
  context: OutputContext,
  version: string,
  more: readonly MakeBrokerAddOn[] = [],
): Promise<Output> {
  const { homeassistant: ha, members } = options;
  const own = members === undefined ? context : { ...context, view: onlyMembers(context.view, members) };
  const discovery =
    ha === false ? await withdrawal(own) : await homeAssistant(ha, own, options.commands, version);
  return openMqtt(options, own, version, [discovery, ...more]);
}
