import { expect, test } from 'vitest';
import { memberOf, playedSite, readingsOf, stateOf } from '../../../test/outputs/site.ts';
import { proofs } from '../../../test/every-device/captures.ts';
import type { Entry } from '../../core/site/index.ts';
import { parseStreamMessage } from '../../core/site/stream.ts';
import { topicsOf } from '../../core/site/topics.ts';
import { virtualClock } from '../../core/virtual-clock.ts';
import { entryPost, sendInOrder } from './delivery.ts';

const topics = topicsOf('busbar/home');
const source = { site: 'home', gateway: 'g', boot: 'b' };
const never = new AbortController().signal;
const entry = (sequence: number, at: number, values = {}): Entry => ({
  sequence,
  what: 'snapshot',
  snapshot: { device: 'shunt', group: 'measured', at, values, kind: 'live' },
});

test('a snapshot goes out without raw codes, with the serial number of its device', () => {
  const proof = proofs.find(({ name }) => name === 'kg.readme');
  if (proof === undefined) throw new Error('the capture is gone');
  const site = playedSite();
  site.put(stateOf(memberOf(proof.device, 'shunt'), { info: { serial_number: 6 }, ...readingsOf(proof) }, 0));
  const raw = proof.device.groups.flatMap(({ fields }) => fields).find(({ kind }) => kind === 'raw');
  const values = { voltage: 13.2, [raw?.name ?? '']: 1 };
  const post = entryPost(entry(7, Date.UTC(2026, 10, 21), values), topics, source, true, site);
  expect(post).toMatchObject({
    topic: 'busbar/home/stream/shunt/measured',
    properties: { key: 'g/7', schema: '1' },
  });
  expect(parseStreamMessage(post?.payload ?? '').values).toEqual({ voltage: 13.2 });
  expect(entryPost(entry(7, 0), topics, source, false, site)).toBeUndefined();
});

test('an event goes out with or without the stream', () => {
  const event = { at: 0, kind: 'gateway', severity: 'info', subject: 'gateway', text: 'started' } as const;
  const post = entryPost({ sequence: 3, what: 'event', event }, topics, source, false, playedSite());
  expect(post?.topic).toBe('busbar/home/events');
  expect(JSON.parse(post?.payload ?? '')).toMatchObject({
    gateway: 'g',
    seq: 3,
    at: '1970-01-01T00:00:00.000Z',
    text: 'started',
  });
});

test('old snapshots keep to their rate, new ones do not wait', async () => {
  const clock = virtualClock();
  const post = (one: Entry) => ({ topic: 't', payload: String(one.sequence) });
  const send = async (age: number): Promise<readonly [seconds: number, sent: number[]]> => {
    const sent: number[] = [];
    const began = clock.now();
    const entries = Array.from({ length: 200 }, (_, index) => entry(index, clock.date() - age));
    const publish = ({ payload }: { payload: string }) => {
      sent.push(Number(payload));
      return Promise.resolve(true);
    };
    await clock.run(
      sendInOrder(entries, post, publish, { clock, rate: 100, keepUnheard: true, signal: never }),
    );
    return [(clock.now() - began) / 1000, sent];
  };
  // 200 at 100 a second.
  const [slow, sent] = await send(3_600_000);
  expect(slow).toBeCloseTo(2, 5);
  expect(sent).toEqual([...sent].sort((one, other) => one - other));
  expect(sent).toHaveLength(200);
  expect((await send(1_000))[0]).toBe(0);
});

test('fails when one message fails, after all were heard of', async () => {
  const publish = ({ payload }: { payload: string }) =>
    payload === '1' ? Promise.reject(new Error('gone')) : Promise.resolve(true);
  const clock = virtualClock();
  const entries = [0, 1, 2].map((sequence) => entry(sequence, clock.date()));
  const post = (one: Entry) => ({ topic: 't', payload: String(one.sequence) });
  await expect(
    sendInOrder(entries, post, publish, { clock, rate: 100, keepUnheard: true, signal: never }),
  ).rejects.toThrow('gone');
});

test('what nobody listens to is not delivered; who takes readings need not take events', async () => {
  const clock = virtualClock();
  const event = { at: 0, kind: 'gateway', severity: 'info', subject: 'gateway', text: 'started' } as const;
  const happened: Entry = { sequence: 1, what: 'event', event };
  const read = entry(2, clock.date());
  const sent = (entries: readonly Entry[], listened: readonly string[], keepUnheard = true): Promise<void> =>
    sendInOrder(
      entries,
      ({ what }) => ({ topic: what, payload: '' }),
      ({ topic }) => Promise.resolve(listened.includes(topic)),
      { clock, rate: 100, keepUnheard, signal: never },
    );
  await expect(sent([happened, read, read], [])).rejects.toThrow(
    'nobody listens to snapshot and 1 more: the broker dropped what it got, it is kept here',
  );
  await expect(sent([happened], [])).rejects.toThrow('nobody listens to event:');
  await expect(sent([happened, read], ['event'])).rejects.toThrow('nobody listens to snapshot:');
  await sent([happened, read], ['snapshot']);
  await sent([happened, read], ['snapshot', 'event']);
  await sent([happened, read], [], false);
});
