/** How devices are announced to Home Assistant. */
export interface HomeAssistantOptions {
  /** First part of discovery topics; `homeassistant` unless changed there. */
  readonly prefix: string;
  /** `bundle`: one message for each device (2024.11 and later); `single`: one for each entity (older ones, other programs). */
  readonly mode: 'bundle' | 'single';
  /** Where Home Assistant says that it has started; absent: `status` below the prefix. */
  readonly status_topic?: string;
  /** Values of single cells and packs are switched on from the beginning. */
  readonly cells: boolean;
  /** Former `unique_id` by series (`shunt.measured.voltage`): entity and history of another program go on. */
  readonly aliases: Readonly<Record<string, string>>;
}
