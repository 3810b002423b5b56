import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../links/harness.ts';
import { freePort } from './mosquitto.ts';

/** The real one, in a folder of its own: see the package beside. */
const PROGRAM = join(import.meta.dirname, 'node-red/node_modules/node-red/red.js');

/** True when the tests may run; where Node-RED is missing, says what is skipped, and with CI=true fails. */
export function hasNodeRed(): boolean {
  if (existsSync(PROGRAM)) return true;
  const message =
    'Node-RED is not installed: the example flow is not tested (npm ci --prefix test/outputs/node-red --omit=optional --ignore-scripts)';
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`SKIPPED: ${message}\n`);
  return false;
}

/** A Node-RED of our own on loopback. */
export interface NodeRed {
  /** All that it wrote. */
  readonly said: () => string;
  /** Presses the button of an inject node, as its editor does. */
  readonly press: (node: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Starts one with a flow, and waits until its editor answers.
 * @param folder a folder of its own
 * @param flow the nodes, as an export of the editor has them
 */
export async function nodeRed(folder: string, flow: readonly object[]): Promise<NodeRed> {
  const port = await freePort();
  await writeFile(join(folder, 'flow.json'), JSON.stringify(flow));
  await writeFile(
    join(folder, 'settings.js'),
    `module.exports = ${JSON.stringify({
      uiHost: '127.0.0.1',
      uiPort: port,
      flowFile: 'flow.json',
      credentialSecret: false,
      telemetry: { enabled: false, updateNotification: false },
    })};\n`,
  );
  // What the tests are run with is for TypeScript, not for it.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(
    process.execPath,
    [PROGRAM, '--userDir', folder, '--settings', join(folder, 'settings.js')],
    {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  const answers = (): Promise<boolean> =>
    fetch(`${url}/flows`).then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await until(async () => said.includes('Started flows') && (await answers()), 'Node-RED to start', 40_000);
  } catch (error) {
    await close();
    throw new Error(`Node-RED said: ${said}`, { cause: error });
  }
  return {
    said: () => said,
    press: async (node) => {
      const { ok, status } = await fetch(`${url}/inject/${node}`, { method: 'POST' });
      if (!ok) throw new Error(`Node-RED answers ${status}: has it a node ${node}?`);
    },
    close,
  };
}
