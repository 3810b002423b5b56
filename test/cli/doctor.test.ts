import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import kg from '../../src/devices/juntek/kg.ts';
import { busbar, shed, type Shed, start } from './harness.ts';

let folder = '';
let simulated: Shed | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'busbar-doctor-'));
  process.env.BUSBAR_CANARY = 'canary-of-the-environment';
});
afterEach(async () => {
  delete process.env.BUSBAR_CANARY;
  await simulated?.close();
  simulated = undefined;
  rmSync(folder, { recursive: true });
});

/** Every secret of the configuration below. */
const CANARIES = [
  'canary-of-the-environment',
  'canary-in-a-file',
  'canary-in-the-text',
  'canary-in-a-url',
  'canary-in-a-header',
];

function configure(link: string, more = ''): string {
  writeFileSync(join(folder, 'secret'), 'canary-in-a-file\n');
  const file = join(folder, 'busbar.yaml');
  writeFileSync(
    file,
    `site: test
buses:
  - { name: shed, link: "${link}", devices: [{ name: one, device: juntek-kg, address: 1 }] }
history: { path: ${join(folder, 'busbar.db')}, flush: 200ms }
http: { listen: "127.0.0.1:0", password: "\${BUSBAR_CANARY}", token: !file secret }
outputs:
  hook:
    type: webhook
    url: "http://somebody:canary-in-a-url@127.0.0.1:9/"
    token: canary-in-the-text
    headers: { X-Key: canary-in-a-header }
${more}`,
  );
  return file;
}

const planted = (text: string): string[] => CANARIES.filter((canary) => text.includes(canary));

describe('busbar doctor', () => {
  it('says what runs here, what is wrong in the configuration, and what to do; never a secret', async () => {
    const file = configure('tcp://127.0.0.1:9', 'outptus: {}\n');
    const { code, stdout, stderr } = await busbar('doctor', '-c', file);
    expect(code).toBe(0);
    expect(stdout).toContain(`Node ${process.version}`);
    expect(stdout).toMatch(/Serial ports:/);
    expect(stdout).toMatch(/busbar\.yaml, errors: 1/);
    expect(stdout).toContain("did you mean 'outputs'");
    expect(planted(stdout + stderr)).toEqual([]);
  });

  it('works where there is no configuration', async () => {
    const { code, stdout } = await busbar('doctor', '-c', join(folder, 'missing.yaml'));
    expect(code).toBe(0);
    expect(stdout).toContain('busbar init');
  });

  it('asks the running gateway, and writes all of it to a file without a secret', async () => {
    simulated = await shed([{ device: kg, address: 1 }]);
    const file = configure(simulated.link);
    const gateway = start(['run', '-c', file]);
    await gateway.says('http://');
    const url = /http:\/\/\S+/.exec(gateway.said())?.[0] ?? '';
    const output = join(folder, 'doctor.json');
    // The output has no receiver: its trouble, which speaks of the URL, is part of what is told.
    let text = '';
    await expect
      .poll(
        async () => {
          const { code, stdout } = await busbar('doctor', '-c', file, '-o', output);
          expect(code).toBe(0);
          expect(planted(stdout)).toEqual([]);
          text = readFileSync(output, 'utf8');
          return text.includes(':R50=1');
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(planted(text)).toEqual([]);
    expect(statSync(output).mode & 0o777).toBe(0o600);
    const bundle = JSON.parse(text) as { gateways: { url: string; support: object }[]; config: object }; // its own document
    const ours = bundle.gateways.find((one) => one.url === url);
    expect(ours?.support).toMatchObject({
      health: { status: expect.stringMatching(/ok|degraded/) as string },
      lines: [{ name: 'shed' }],
      frames: { shed: expect.stringContaining(':R50=1') as string },
    });
    expect(bundle.config).toMatchObject({ problems: [] });
    const { stdout } = await busbar('doctor', '-c', file, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ node: process.version });
    expect(planted(stdout)).toEqual([]);
    gateway.interrupt();
    const { stderr } = await gateway.done;
    expect(planted(stderr)).toEqual([]);
  });
});
