export { homeAssistant } from './announcer.ts';
export type { HomeAssistantOptions } from './options.ts';
export { withdrawal } from './withdrawal.ts';
