/** The HTTP API of a gateway, and the files of its dashboard. */
export { type Api, createApp } from './app.ts';
export type {
  ApiApp,
  ApiEnv,
  ApiOptions,
  ConfigFile,
  ConfigSaved,
  ConfigText,
  HttpSettings,
  Scan,
} from './options.ts';
export { type RunningApi, startApi } from './server.ts';
