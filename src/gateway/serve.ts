import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Config, type HttpConfig, secretsOf } from '../config/index.ts';
import type { Catalog } from '../core/catalog.ts';
import { faultOf } from '../core/fault.ts';
import { apiScan } from './api-scan.ts';
import type { ApiApp, ConfigFile, RunningApi } from './http/index.ts';
import { startApi } from './http/index.ts';
import { removeRuntimeFile, writeRuntimeFile } from './runtime-file.ts';
import type { Gateway } from './gateway.ts';
import { type GatewayOptions, startGateway } from './start.ts';

/** What is served besides the gateway itself. */
export interface ServeOptions extends GatewayOptions {
  readonly catalog: Catalog;
  /** Makes the configuration file as the API shows and changes it; absent: it cannot be changed from there. */
  readonly configFile?: (gateway: Gateway) => ConfigFile;
  /** Makes the JSON Schema of the configuration. */
  readonly schema?: () => object;
  /** Folder with the built dashboard. */
  readonly dashboard?: string;
  readonly extensions?: (app: ApiApp, gateway: Gateway) => void;
}

/** A gateway with its API. */
export interface Served {
  readonly gateway: Gateway;
  /** Where a browser finds it. */
  readonly url: string;
  /** Ends both; never rejects. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a gateway and its API, and leaves word for other commands of this user where it is. Rejects like
 * `startGateway` and `startApi`; nothing runs then.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { configFile, extensions, log } = options;
  const inner = await startGateway(options);
  const token = randomBytes(24).toString('hex');

  const gateway: Gateway = {
    ...inner,
    apply: async (next) => {
      const before = inner.config().http;
      const applied = await inner.apply(next);
      await leaveWord(gateway, api.url, token, options);
      // Later, since the answer to whoever asked for it is still to be sent.
      if (!isDeepStrictEqual(before, next.http))
        options.clock.after(MOVE, () => void move(before, next.http));
      return applied;
    },
  };

  // Asked for with every answer, new only with a change.
  let known: { readonly of: Config; readonly secrets: readonly string[] } | undefined;
  const secrets = (): readonly string[] => {
    const of = inner.config();
    if (known?.of !== of) known = { of, secrets: secretsOf(of) };
    return known.secrets;
  };

  const open = (http: HttpConfig): Promise<RunningApi> =>
    startApi(gateway, {
      ...http,
      local_token: token,
      clock: options.clock,
      log: log('http'),
      ...(configFile === undefined ? {} : { config: configFile(gateway) }),
      scan: apiScan(options.catalog, () => gateway.config().buses.map(({ link }) => link), log('scan')),
      ...(options.schema === undefined ? {} : { schema: options.schema }),
      ...(options.dashboard === undefined ? {} : { dashboard: options.dashboard }),
      secrets,
      ...(extensions === undefined ? {} : { extensions: (app) => extensions(app, gateway) }),
    });

  /** Serves under other settings; under the old ones again where that fails. */
  const move = async (before: HttpConfig, after: HttpConfig): Promise<void> => {
    await api.close();
    try {
      api = await open(after);
    } catch (error) {
      log('http').error(`still served as before: ${faultOf(error, 'link').message}`);
      api = await open(before);
    }
    log('http').info(`served at ${api.url}`);
    await leaveWord(gateway, api.url, token, options);
  };

  let api: RunningApi;
  try {
    api = await open(options.config.http);
  } catch (error) {
    await inner.close();
    throw error;
  }
  await leaveWord(gateway, api.url, token, options);
  return {
    gateway,
    url: api.url,
    close: async () => {
      removeRuntimeFile(process.pid);
      await api.close();
      await inner.close();
    },
  };
}

/** Milliseconds after a change of configuration until API and screens move. */
const MOVE = 500;

/** Writes where this gateway is; without it other commands still work, they only find the ports taken. */
async function leaveWord(gateway: Gateway, url: string, token: string, { log }: ServeOptions): Promise<void> {
  const members = gateway.config().buses.flatMap((bus) =>
    bus.devices.map(({ name, device, address }) => ({
      name,
      link: bus.link,
      device,
      ...(typeof address === 'number' ? { address } : {}),
    })),
  );
  try {
    await writeRuntimeFile({ pid: process.pid, url, token, members });
  } catch (error) {
    log('gateway').info(`other commands cannot find this gateway: ${faultOf(error, 'config').message}`);
  }
}
