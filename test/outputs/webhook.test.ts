import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { faultOf } from '../../src/core/fault.ts';
import type { Entry, SiteEvent } from '../../src/core/site/index.ts';
import { webhookOutput, type WebhookOutputOptions } from '../../src/outputs/webhook.ts';
import { proofs } from '../every-device/captures.ts';
import { never } from '../links/harness.ts';
import { contextOf, entry } from './receiver.ts';
import { memberOf, playedSite, stateOf } from './site.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const AT = Date.UTC(2026, 10, 21, 4, 15);
const event = (sequence: number, more: Partial<SiteEvent> = {}): Entry => ({
  sequence,
  what: 'event',
  event: {
    at: AT,
    kind: 'alarm_raised',
    severity: 'warning',
    member: 'shunt',
    subject: 'shunt.low',
    text: 'the battery is low – 11.2 V',
    detail: { voltage: 11.2 },
    ...more,
  },
});
const reading = entry(9, 'shunt', 'measured', AT, { voltage: 53.66, soc: 87 });

const [proof] = proofs.filter(({ name }) => name === 'kg.readme');
if (proof === undefined) throw new Error('the capture is gone');
const site = playedSite();
site.put(stateOf(memberOf(proof.device, 'shunt', { title: 'The shunt' }), {}, AT));

/** A receiver that answers with these statuses in turn, then with 200. */
async function world(options: Partial<WebhookOutputOptions> = {}, statuses: number[] = []) {
  const heard: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      heard.push({ method, url, headers, body });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const output = webhookOutput(
    {
      url: `http://127.0.0.1:${address.port}/hook?key=1`,
      method: 'POST',
      what: ['alarms'],
      severity: 'info',
      format: 'json',
      headers: {},
      ...options,
    },
    contextOf(site),
    '1.2.3',
  );
  cleanup.push(
    () => output.close(),
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const deliver = async (entries: readonly Entry[]): Promise<string> => {
    try {
      await output.deliver?.(entries, never);
      return 'taken';
    } catch (error) {
      return faultOf(error, 'config').code;
    }
  };
  return { heard, deliver, output };
}

describe('a webhook', () => {
  it('tells alarms as documents, each by itself and with a key of its own', async () => {
    const { heard, deliver } = await world({ token: 'T0', headers: { 'X-Where': 'here' } });
    expect(
      await deliver([event(1), event(2, { kind: 'alarm_cleared' }), event(3, { kind: 'gateway' }), reading]),
    ).toBe('taken');
    expect(heard.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      {
        schema: 1,
        site: 'home',
        seq: 1,
        what: 'event',
        at: '2026-11-21T04:15:00.000Z',
        kind: 'alarm_raised',
        severity: 'warning',
        member: 'shunt',
        subject: 'shunt.low',
        text: 'the battery is low – 11.2 V',
        detail: { voltage: 11.2 },
      },
      expect.objectContaining({ seq: 2, kind: 'alarm_cleared' }),
    ]);
    expect(heard[0]).toMatchObject({ method: 'POST', url: '/hook?key=1' });
    expect(heard[0]?.headers).toMatchObject({
      authorization: 'Bearer T0',
      'content-type': 'application/json',
      'idempotency-key': 'home-1',
      'x-where': 'here',
    });
  });

  it('tells events and readings where they are wanted, from the severity that is wanted', async () => {
    const all = await world({ what: ['events', 'readings'] });
    await all.deliver([event(1), event(3, { kind: 'gateway' }), reading]);
    expect(all.heard.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      expect.objectContaining({ seq: 3, kind: 'gateway' }),
      {
        schema: 1,
        site: 'home',
        seq: 9,
        what: 'reading',
        at: '2026-11-21T04:15:00.000Z',
        device: 'shunt',
        group: 'measured',
        kind: 'live',
        values: { voltage: 53.66, soc: 87 },
      },
    ]);
    const serious = await world({ severity: 'critical' });
    await serious.deliver([event(1), event(2, { severity: 'critical' })]);
    expect(serious.heard).toHaveLength(1);
  });

  it('tells sentences where only those are wanted', async () => {
    const { heard, deliver, output } = await world({
      format: 'text',
      method: 'PUT',
      what: ['alarms', 'readings'],
    });
    await deliver([event(1), reading]);
    expect(heard.map(({ body }) => body)).toEqual([
      'the battery is low – 11.2 V',
      'The shunt, measured: voltage 53.66 V, soc 87.0 %',
    ]);
    expect(heard[0]).toMatchObject({ method: 'PUT' });
    expect(heard[0]?.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(await output.test(never)).toMatch(/answered 200$/);
    expect(heard.at(-1)?.body).toBe('busbar: this is a test from home');
  });

  it('goes on behind the last one that was taken', async () => {
    const { heard, deliver } = await world({}, [200, 503]);
    const entries = [event(1), event(2), event(3)];
    expect(await deliver(entries)).toBe('output');
    expect(await deliver(entries)).toBe('taken');
    expect(heard.map(({ body }) => (JSON.parse(body) as { seq: number }).seq)).toEqual([1, 2, 2, 3]);
  });

  it('sets aside what is refused, but not because of a wrong address', async () => {
    const { deliver } = await world({}, [422, 404]);
    expect(await deliver([event(1)])).toBe('refused');
    expect(await deliver([event(1)])).toBe('output');
  });
});
