import { readFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { has, scratch } from '../links/harness.ts';
import { certificates } from '../outputs/mosquitto.ts';
import { busbar, start } from './harness.ts';

const able = has('openssl', ['version'], 'ingest over TLS');

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const TO = ['--to', 'postgres://127.0.0.1:1/none'];

describe('busbar ingest', () => {
  it.skipIf(!able)('names its own option where the authority of a certificate is not known', async () => {
    const folder = await scratch();
    cleanup.push(() => folder.remove());
    const [cert, key] = certificates(folder.path).server;
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) });
    server.on('tlsClientError', () => undefined); // it hangs up on us: that is the test
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo; // it listens on a port
    const one = start(['ingest', '--from', `mqtts://localhost:${port}`, ...TO]);
    cleanup.push(() => one.kill());
    await one.says('give that as --from-ca');
    expect(one.said()).not.toContain('tls.ca');
  });

  it('says at once which file of a certificate is not there', async () => {
    const { code, stderr } = await busbar('ingest', '--from', 'mqtts://x', ...TO, '--from-ca', '/no/ca.pem');
    expect(code).toBe(2);
    expect(stderr).toContain('/no/ca.pem cannot be read');
  });
});
