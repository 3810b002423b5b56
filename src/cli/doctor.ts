import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';
import { maskedText, parseConfig, type Problem, printProblem, secretsOf } from '../config/index.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { isRecord, type Value, type Values } from '../core/snapshot.ts';
import { scrub } from '../gateway/http/scrub.ts';
import { runningGateways, type RuntimeFile } from '../gateway/runtime-file.ts';
import { listPorts, type PortInfo } from '../node/serial-list.ts';
import { parseOptions } from './config-file.ts';
import { print } from './terminal.ts';
import { version } from './version.ts';

/** What `doctor` takes. */
export interface DoctorOptions {
  /** The configuration file; it may be missing. */
  readonly config: string;
  /** File for the whole bundle. */
  readonly output?: string;
  /** The whole bundle on stdout. */
  readonly json?: boolean;
}

/** Milliseconds that a running gateway may take to answer. */
const PATIENCE = 10_000;

/** A gateway of this user, and what it says of itself: its answer to `/api/support`, last frames included. */
interface Found {
  readonly pid: number;
  readonly url: string;
  readonly support?: Value;
  /** Why it did not say it. */
  readonly fault?: string;
}

/** Everything that helps to help, without secrets. */
interface Bundle {
  readonly at: string;
  readonly version: string;
  readonly node: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly user: { readonly uid?: number; readonly groups?: readonly number[] };
  readonly ports: readonly PortInfo[];
  readonly config:
    | { readonly file: string; readonly text: string; readonly problems: readonly Problem[] }
    | { readonly file: string; readonly missing: true };
  readonly gateways: readonly Found[];
}

/** Gathers what helps to find out why something does not work; reads only, and asks no device. Returns the exit code. */
export async function doctor({ config: file, output, json }: DoctorOptions): Promise<number> {
  const { config, secrets } = configuration(file);
  const running = runningGateways();
  const bundle: Bundle = {
    at: new Date().toISOString(),
    version: version(),
    node: process.version,
    machine: {
      platform: platform(),
      release: release(),
      arch: arch(),
      cpus: cpus().length,
      memory_bytes: totalmem(),
      free_bytes: freemem(),
    },
    user: {
      ...(process.getuid === undefined ? {} : { uid: process.getuid() }),
      ...(process.getgroups === undefined ? {} : { groups: process.getgroups() }),
    },
    ports: await listPorts(),
    config,
    gateways: await Promise.all(running.map(ask)),
  };
  // The last line of defence: each part leaves its secrets out by itself.
  const clean = scrub(() => [...secrets, ...running.map(({ token }) => token)]);
  const text = `${clean.json(bundle)}\n`;
  if (output !== undefined) {
    try {
      writeFileSync(output, text, { mode: 0o600 });
    } catch (error) {
      throw new Fault('config', `${output} cannot be written: ${faultOf(error, 'config').message}`);
    }
  }
  if (json === true) await print(text);
  else await print(clean.text(summary(bundle, output)));
  return 0;
}

/** The configuration with marks in place of secrets, and the secrets. */
function configuration(file: string): {
  readonly config: Bundle['config'];
  readonly secrets: readonly string[];
} {
  if (!existsSync(file)) return { config: { file, missing: true }, secrets: [] };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot be read: ${faultOf(error, 'config').message}`;
    return { config: { file, text: '', problems: [{ severity: 'error', message }] }, secrets: [] };
  }
  const options = { ...parseOptions, file };
  const { config, problems } = parseConfig(text, options);
  return {
    config: { file, text: maskedText(text, options), problems },
    secrets: config === undefined ? [] : secretsOf(config),
  };
}

async function ask({ pid, url, token }: RuntimeFile): Promise<Found> {
  try {
    const answer = await fetch(new URL('api/support', url), {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) return { pid, url, fault: `it answered ${answer.status}` };
    return { pid, url, support: (await answer.json()) as Value }; // JSON of our own making
  } catch (error) {
    return { pid, url, fault: faultOf(error, 'link').message };
  }
}

/** What a person should look at first. */
function summary({ version, node, machine, ports, config, gateways }: Bundle, output?: string): string {
  const lines = [
    `busbar ${version}, Node ${node}, ${machine.platform} ${machine.arch} (${machine.release})`,
    '',
  ];
  lines.push(ports.length === 0 ? 'Serial ports: none' : 'Serial ports:');
  for (const { path, byId, product, manufacturer, allowed, group } of ports) {
    const what = [manufacturer, product].filter((word) => word !== undefined).join(' ');
    lines.push(
      `  ${byId ?? path}${what === '' ? '' : ` (${what})`}: ${allowed ? 'may be opened' : closed(group)}`,
    );
  }
  lines.push('');
  if ('missing' in config) {
    lines.push(`Configuration: ${config.file} is not there; busbar init writes one, -c names another`);
  } else {
    const errors = config.problems.filter(({ severity }) => severity === 'error').length;
    lines.push(
      `Configuration: ${config.file}, errors: ${errors}, warnings: ${config.problems.length - errors}`,
      ...config.problems.map((problem) => indented(printProblem(problem))),
    );
  }
  lines.push('');
  if (gateways.length === 0) lines.push('Gateway: none of this user runs');
  for (const { pid, url, support, fault } of gateways) {
    const health = isRecord(support) && isRecord(support.health) ? support.health : {};
    lines.push(`Gateway: process ${pid} at ${url}: ${fault ?? statusOf(health)}`);
    if (Array.isArray(health.reasons)) lines.push(...health.reasons.map((reason) => `  ${String(reason)}`));
  }
  lines.push(
    '',
    output === undefined
      ? 'All of it, with the last frames: busbar doctor -o doctor.json (no secrets in it; look before you send it)'
      : `Written to ${output}: no secrets in it; look before you send it`,
    '',
  );
  return lines.join('\n');
}

const closed = (group = 'its owner'): string =>
  `may NOT be opened; it belongs to ${group}: sudo usermod -aG ${group} $USER, then log in anew`;

const statusOf = ({ status }: Values): string => (typeof status === 'string' ? status : 'unknown');

const indented = (text: string): string => text.replace(/^/gm, '  ');
