import { signal } from '@preact/signals';
import type { ApiChange, ApiSession, ApiSite } from '../../core/site/api.ts';
import type { Alarm } from '../../core/site/event.ts';
import { address, changeOf, get, loginWanted, session } from '../api/client.ts';
import { failureOf } from '../api/failure.ts';
import { now, setGatewayTime } from './clock.ts';
import { askForOffers } from './offers.ts';
import { store } from './store.ts';

/** How the page is connected to the gateway. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** Since when nothing comes; what is shown is as old as that. */
  | { readonly state: 'lost'; readonly since: number; readonly why: string };

/** The connection now. */
export const connection = signal<Connection>({ state: 'connecting' });

/** Milliseconds until the next attempt after one that failed. */
const PAUSE = 2_000;
/** Milliseconds until it is asked what else the gateway offers. */
const OFFERS = 1_000;
/** Milliseconds without any event after which the connection is made anew: proxies forget to say that it broke. */
const SILENCE = 60_000;

const EVENTS = [
  'state',
  'snapshot',
  'freshness',
  'member',
  'event',
] as const satisfies readonly ApiChange['what'][];

// Whatever keeps something from being fetched breaks the stream as well, and that is shown.
const ignore = (): void => undefined;

let source: EventSource | undefined;
let again: ReturnType<typeof setTimeout> | undefined;
let watchdog: ReturnType<typeof setTimeout> | undefined;

/** Fetches the site and follows it from now on; taken up again whenever it breaks off, until the page is closed. */
export function startLive(): void {
  window.addEventListener('online', () => void connect());
  window.addEventListener('offline', () => lost('offline'));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && connection.value.state !== 'live') void connect();
  });
  void connect();
}

/** Begins anew, now. */
export async function connect(): Promise<void> {
  clearTimeout(again);
  source?.close();
  source = undefined;
  try {
    // At once, though the second is in vain where a login is wanted: a phone waits for each answer.
    const asked = get<ApiSite>('api/site');
    asked.catch(ignore);
    session.value = await get<ApiSession>('api/session');
    loginWanted.value = session.value.login_required && !session.value.logged_in;
    if (loginWanted.value) return;
    listen();
    const site = await asked;
    store.setSite(site);
    // Without the description nothing is missing but the simulator; it is long, and values come first.
    if (site.simulated) setTimeout(() => void askForOffers().catch(ignore), OFFERS);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code === 'login') return;
    lost(failure.message);
    retry();
  }
}

function listen(): void {
  const stream = new EventSource(address('api/live'));
  source = stream;
  for (const name of EVENTS) {
    stream.addEventListener(name, (event: MessageEvent<string>) => {
      heard(changeOf(event.data));
    });
  }
  // What came since was heard, or nothing happened meanwhile: either way the stream stands.
  stream.addEventListener('open', alive);
  stream.addEventListener('error', () => {
    if (source !== stream) return;
    lost('stream');
    // The browser takes it up again by itself, with the id of the last event, unless it was refused.
    if (stream.readyState === EventSource.CLOSED) retry();
  });
}

function alive(): void {
  if (connection.value.state !== 'live') connection.value = { state: 'live' };
  clearTimeout(watchdog);
  watchdog = setTimeout(() => void connect(), SILENCE);
}

function heard(change: ApiChange): void {
  alive();
  if (change.what === 'state') setGatewayTime(change.at);
  const needed = store.apply(change);
  if (needed === 'site') void get<ApiSite>('api/site').then(store.setSite, ignore);
  if (needed === 'alarms') void get<readonly Alarm[]>('api/alarms').then(store.setAlarms, ignore);
}

function lost(why: string): void {
  clearTimeout(watchdog);
  if (connection.value.state !== 'lost') connection.value = { state: 'lost', since: now.value, why };
}

function retry(): void {
  clearTimeout(again);
  again = setTimeout(() => void connect(), PAUSE);
}
