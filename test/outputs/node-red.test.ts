import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import kg from '../../src/devices/juntek/kg.ts';
import { shed, start } from '../cli/harness.ts';
import { has, scratch, until } from '../links/harness.ts';
import { type Bystander, bystander, mosquitto } from './mosquitto.ts';
import { hasNodeRed, nodeRed } from './node-red-server.ts';

/** The example flow in a real Node-RED, between a real mosquitto and a gateway that reads a simulated shunt. */
const able = has('mosquitto', ['-h'], 'the example flow for Node-RED is') && hasNodeRed();

interface Node {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly broker?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly links?: readonly string[];
}
const FILE = join(import.meta.dirname, '../../examples/node-red/flow.json');
// What the tests below are about.
const flow = JSON.parse(readFileSync(FILE, 'utf8')) as Node[];

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('the example flow', () => {
  it('has wires, links and brokers that are there, and a broker on this computer', () => {
    const ids = new Set(flow.map(({ id }) => id));
    expect(ids.size).toBe(flow.length);
    for (const { id, z, wires = [], links = [], type, broker } of flow) {
      for (const other of [...wires.flat(), ...links, ...(z === undefined ? [] : [z])])
        expect(ids, id).toContain(other);
      if (type.startsWith('mqtt ')) expect(ids, id).toContain(broker);
    }
    expect(flow.find(({ type }) => type === 'mqtt-broker')).toMatchObject({
      broker: 'localhost',
      port: '1883',
    });
  });
});

describe.skipIf(!able)('a real Node-RED', () => {
  it('says what happens, and sets what is allowed', async () => {
    const folder = await scratch();
    ends.push(() => folder.remove());
    const broker = await mosquitto(join(folder.path, 'mosquitto'));
    ends.push(broker.kill);
    const beside: Bystander = await bystander(broker.url);
    ends.push(beside.close);
    const home = join(folder.path, 'node-red');
    await mkdir(home);
    const ours = flow.map((node) =>
      node.type === 'mqtt-broker' ? { ...node, port: String(broker.port) } : node,
    );
    const red = await nodeRed(home, ours);
    ends.push(red.close);
    const notices = (): string[] =>
      beside.heard.filter(({ topic }) => topic === 'node-red/notices').map(({ text }) => text);
    const says = (wanted: string | RegExp): Promise<void> =>
      until(
        () => notices().some((text) => (typeof wanted === 'string' ? text === wanted : wanted.test(text))),
        `'${String(wanted)}' in what Node-RED says`,
        20_000,
      ).catch((cause: unknown) => {
        throw new Error(`it said ${JSON.stringify(notices())}: ${red.said()}`, { cause });
      });

    const simulated = await shed([
      {
        device: kg,
        set: [
          ['full_capacity', 100],
          ['soc', 12],
        ],
      },
    ]);
    ends.push(() => simulated.close());
    const config = join(folder.path, 'busbar.yaml');
    await writeFile(
      config,
      `site: home
buses:
  - name: shed
    link: ${simulated.link}
    devices:
      - { name: shunt, device: juntek-kg, allow: [output] }
history: { path: ${join(folder.path, 'busbar.db')} }
http: { listen: "127.0.0.1:0" }
alarms: [{ name: hot, when: shunt.temperature > -50, say: it is not cold }]
outputs: { mqtt: { url: "${broker.url}" } }
`,
    );
    const gateway = start(['run', '-c', config]);
    ends.push(async () => {
      gateway.kill();
      await gateway.done;
    });

    await says(/^shunt is low: 1[12](\.\d+)? % left$/);
    await says(/^warning: it is not cold: shunt\.temperature is [\d.]+ °C$/);

    // Written, read back, and told.
    await red.press('busbar.off');
    await says('shunt: output is off (confirmed)');
    await until(
      () => beside.latest('busbar/home/shunt/state')?.includes('"output":"off"') === true,
      'the state to follow',
    );
    await red.press('busbar.on');
    await says('shunt: output is on (confirmed)');

    // The gateway is cut off: the broker says its will. A device is given up after minutes only, so another one is played.
    gateway.kill();
    await says('the gateway of home does not answer');
    for (const state of ['online', 'offline', 'online'])
      await beside.client.publishAsync('busbar/barn/rack/availability', state, { qos: 1 });
    await says('rack does not answer');
    await says('rack is back');
    // Said once each, and nothing of a start.
    expect(notices().filter((text) => text.endsWith('is back'))).toEqual(['rack is back']);
    expect(notices().filter((text) => text.startsWith('shunt is low'))).toHaveLength(1);
    expect(notices()).not.toContain('shunt does not answer');
  }, 120_000);
});
