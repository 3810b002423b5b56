export { type WebhookOptions, webhook } from './output.ts';
