import { randomUUID } from 'node:crypto';
import { birthDocument } from '../../core/site/birth.ts';
import type {
  BrokerAddOn,
  BrokerLink,
  Entry,
  MakeBrokerAddOn,
  Output,
  OutputContext,
  Post,
  SiteChange,
  StreamSource,
} from '../../core/site/index.ts';
import { ONLINE, topicsOf } from '../../core/site/topics.ts';
import { board } from './board.ts';
import { commandDesk } from './commands.ts';
import { keepConnected } from './connection.ts';
import { entryPost, sendInOrder } from './delivery.ts';
import { heartbeat } from './heartbeat.ts';
import { latest } from './latest.ts';
import type { MqttOptions } from './options.ts';
import type { Arrival } from './session.ts';
import { statePosts } from './state-posts.ts';
import { stockBook } from './stock.ts';

/** Milliseconds that a delivery waits for the broker before it says that it is away. */
const PATIENCE = 30_000;
/** Most entries a delivery. At a low rate fewer: a delivery may take a minute, old ones may fill a third of it. */
const BATCH = 2_000;
/** A broker writes what it keeps for others once in so many milliseconds (mosquitto as docs/fleet.md sets it), and some more. */
const UNWRITTEN = 120_000;

/**
 * Sends a site to an MQTT broker: its latest state retained, what happened in order, commands in the other direction.
 * Never rejects: a broker that is away is waited for.
 * @param version of busbar, for the birth document
 * @param addOns what else speaks over the connection
 */
export async function openMqtt(
  options: MqttOptions,
  context: OutputContext,
  version: string,
  addOns: readonly MakeBrokerAddOn[] = [],
): Promise<Output> {
  const { view, clock, log, memory } = context;
  const gateway = (await memory.get('gateway_id')) ?? randomUUID();
  await memory.set('gateway_id', gateway);
  const source: StreamSource = { site: view.site, gateway, boot: randomUUID() };
  const topics = topicsOf(`${options.prefix}/${view.site}`);
  const current = latest(view);
  const stock = await stockBook(memory, topics);
  const publish = async (post: Post): Promise<void> => {
    await connection.publish(post);
  };
  const wall = board(publish, (error) => {
    // That the broker is away is said once, by the connection.
    if (connection.speaking() !== undefined) log.warn(error instanceof Error ? error.message : String(error));
  });
  const posts = statePosts(view, topics, current, options, (name) => stock.valuesOf(name, wall.topics()));

  /** Whether the journal feeds us; while its pump pauses after a failure, the view does. */
  let fed = true;
  /** How far the journal was sent, for the heartbeat: how old that is tells what is still to come. */
  let delivered: { readonly seq?: number; readonly delivered_at?: string } = {};

  const birth = () => [
    {
      topic: topics.birth,
      payload: birthDocument(view, source, topics, version, posts.serialOf),
      retain: true,
    },
  ];
  const markMember = (name: string): void => wall.mark(`state ${name}`, () => posts.member(name));
  const markBirths = (): void => {
    for (const { name } of view.members()) wall.mark(`birth ${name}`, () => posts.memberBirth(name));
    wall.mark('birth', birth);
  };
  const markAll = (): void => {
    for (const { name } of view.members()) {
      current.refresh(name);
      markMember(name);
    }
    wall.mark('alarms', posts.alarms);
    markBirths();
  };
  const removeMember = (name: string): void => {
    current.forget(name);
    wall.mark(`birth ${name}`, () => []);
    // Only when the broker has let go of it may it be forgotten.
    const gone = posts.removed(name);
    wall.mark(`state ${name}`, () => gone);
    wall.settled().then(
      () => {
        // It may be back: what follows from others is put together anew now and then.
        if (view.state(name) === undefined) stock.removed(name);
      },
      () => undefined,
    );
  };

  const onChange = (change: SiteChange): void => {
    switch (change.what) {
      case 'snapshot':
        if (fed) return;
        current.refresh(change.snapshot.device);
        markMember(change.snapshot.device);
        return;
      case 'freshness':
        current.refresh(change.member);
        markMember(change.member);
        return;
      case 'member':
        if (change.member === undefined) removeMember(change.name);
        else {
          stock.present(change.name);
          markMember(change.name);
          wall.mark(`birth ${change.name}`, () => posts.memberBirth(change.name));
        }
        wall.mark('birth', birth);
        return;
      case 'event':
        if (change.event.kind.startsWith('alarm_')) wall.mark('alarms', posts.alarms);
    }
  };

  const again = (): void => {
    wall.forget();
    wall.mark('status', () => [{ topic: topics.status, payload: ONLINE, retain: true }]);
    markAll();
  };
  const desk = commandDesk(topics, context, publish);
  const link: BrokerLink = { topics, publish, again };
  const more: readonly BrokerAddOn[] = addOns.map((make) => make(link, context));

  const connection = keepConnected(options, context, {
    clientId: options.client_id ?? `busbar-${view.site}-${gateway.slice(0, 8)}`,
    status: topics.status,
    filters: [...(options.commands ? [topics.commands] : []), ...more.flatMap(({ filters }) => filters)],
    onOpen: () => {
      again();
      for (const one of more) one.opened();
    },
    onArrival: (arrival: Arrival) => {
      if (options.commands) desk.take(arrival);
      const text = new TextDecoder().decode(arrival.payload);
      for (const one of more) one.heard(arrival.topic, text, arrival.retained);
    },
  });

  const stopListening = view.subscribe(onChange);
  for (const { name } of view.members()) stock.present(name);
  const stopClearing = stock.clearAbsent(clock, view, removeMember);
  const stopBeating = heartbeat(clock, options, () => ({
    beat: {
      ...source,
      at: new Date(clock.date()).toISOString(),
      ...delivered,
      connects: connection.connects(),
      commands: desk.counts(),
    },
    show: (payload) => {
      stock.note(wall.topics());
      // Serial numbers were read meanwhile, sums have come.
      markBirths();
      wall.mark('heartbeat', () => [{ topic: topics.heartbeat, payload, retain: true }]);
    },
    renew: () => {
      wall.forget();
      markAll();
    },
  }));

  const deliver = async (entries: readonly Entry[], signal: AbortSignal): Promise<void> => {
    fed = true;
    try {
      await connection.ready(PATIENCE, signal);
      for (const entry of entries) {
        if (entry.what === 'snapshot' && current.take(entry.snapshot)) markMember(entry.snapshot.device);
      }
      await sendInOrder(
        entries,
        (entry) => entryPost(entry, topics, source, options.stream, view),
        connection.publish,
        { clock, rate: options.backfill_rate, keepUnheard: options.stream && options.keep_unheard, signal },
      );
      await wall.settled();
      const last = entries.at(-1);
      if (last !== undefined) {
        const { at } = last.what === 'snapshot' ? last.snapshot : last.event;
        delivered = { seq: last.sequence, delivered_at: new Date(at).toISOString() };
      }
    } catch (error) {
      fed = false;
      throw error;
    }
  };

  return {
    deliver,
    // Who only shows what is latest has it from the retained states anyway.
    ...(options.stream ? { forgets: UNWRITTEN } : {}),
    batch: Math.min(BATCH, options.backfill_rate * 20),
    test: async (signal) => {
      await connection.ready(10_000, signal);
      const began = clock.now();
      await connection.publish({ topic: `${topics.base}/test`, payload: 'busbar' });
      return `the broker took a message for ${topics.base}/test and acknowledged it after ${Math.round(clock.now() - began)} ms (${connection.speaking() ?? 'gone since'})`;
    },
    close: async () => {
      stock.note(wall.topics());
      stopListening();
      stopBeating();
      stopClearing();
      for (const one of more) one.close();
      await connection.close();
    },
  };
}
