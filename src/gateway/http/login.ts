import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import type { HttpSettings } from './options.ts';

/** Who may enter. */
export interface Doorkeeper {
  /** Whether anybody has to log in. */
  readonly required: boolean;
  /** Whether the password, or the token, is right; whole and in constant time. */
  readonly knows: (secret: string) => boolean;
  /** Whether the token of programs is right. */
  readonly knowsToken: (token: string) => boolean;
  /** Begins a session; brings its id, which is never stored. */
  readonly open: () => Promise<string>;
  readonly isOpen: (session: string) => Promise<boolean>;
  readonly close: (session: string) => Promise<void>;
  /** Seconds until somebody at this address may try again; 0: now. Counts as a try. */
  readonly wait: (address: string) => number;
  /** Whoever gets in has not guessed: its tries are forgotten. */
  readonly forgive: (address: string) => void;
}

/** Small texts that survive a restart. */
export interface Memory {
  readonly get: (name: string) => Promise<string | undefined>;
  readonly set: (name: string, text: string) => Promise<void>;
}

/** Milliseconds that a session lasts. */
export const SESSION_LIFE = 30 * 24 * 3600_000;
/** Sessions that last at a time; the oldest ends. */
const MOST_SESSIONS = 100;
/** Tries that are free, and milliseconds in which one more is earned. */
const FREE_TRIES = 5;
const TRY_EARNED = 10_000;
/** Addresses whose tries are remembered. */
const MOST_ADDRESSES = 1_000;
const SHORTEST_PASSWORD = 8;
const SHORTEST_TOKEN = 16;
const SHELF = 'http_sessions';

/** Throws a `config` fault for what would be no protection. */
export function doorkeeper(
  settings: Pick<HttpSettings, 'password' | 'token' | 'local_token'>,
  clock: Clock,
  memory: Memory,
): Doorkeeper {
  const { password, token, local_token: local } = settings;
  if (password !== undefined && password.length < SHORTEST_PASSWORD)
    throw new Fault('config', `http.password has fewer than ${SHORTEST_PASSWORD} characters`);
  if (token !== undefined && token.length < SHORTEST_TOKEN) {
    throw new Fault('config', `http.token has fewer than ${SHORTEST_TOKEN} characters`, {
      hint: 'make one with: openssl rand -hex 24',
    });
  }
  const programs = token === undefined ? [] : [digest(token)];
  const people = password === undefined ? programs : [digest(password), ...programs];
  // Sessions end when what was typed for them is changed.
  const seal = digest(people.map((one) => one.toString('hex')).join()).toString('hex');
  const kept = (session: string): string => digest(`${seal} ${session}`).toString('hex');

  const sessions = new Map<string, number>();
  let loading: Promise<void> | undefined;
  const loaded = (): Promise<void> => (loading ??= load(memory, sessions));
  const store = (): void => {
    for (const [session, until] of sessions) if (until <= clock.date()) sessions.delete(session);
    for (const [oldest] of sessions) {
      if (sessions.size <= MOST_SESSIONS) break;
      sessions.delete(oldest);
    }
    // A session that may be lost with a restart is no reason to refuse it now, or to wait for a disk that is full.
    void memory.set(SHELF, JSON.stringify([...sessions])).catch(() => undefined);
  };

  const tries = new Map<string, { left: number; at: number }>();

  return {
    required: people.length > 0,
    knows: (secret) => isAmong(secret, people),
    knowsToken: (given) => isAmong(given, local === undefined ? programs : [...programs, digest(local)]),
    open: async () => {
      await loaded();
      const session = randomBytes(32).toString('base64url');
      sessions.set(kept(session), clock.date() + SESSION_LIFE);
      store();
      return session;
    },
    isOpen: async (session) => {
      await loaded();
      return (sessions.get(kept(session)) ?? 0) > clock.date();
    },
    close: async (session) => {
      await loaded();
      if (sessions.delete(kept(session))) store();
    },
    forgive: (address) => void tries.delete(address),
    wait: (address) => {
      const now = clock.now();
      const before = tries.get(address);
      const left = Math.min(
        FREE_TRIES,
        before === undefined ? FREE_TRIES : before.left + (now - before.at) / TRY_EARNED,
      );
      if (left < 1) return Math.ceil(((1 - left) * TRY_EARNED) / 1000);
      tries.delete(address);
      tries.set(address, { left: left - 1, at: now });
      for (const [oldest] of tries) {
        if (tries.size <= MOST_ADDRESSES) break;
        tries.delete(oldest);
      }
      return 0;
    },
  };
}

async function load(memory: Memory, sessions: Map<string, number>): Promise<void> {
  try {
    const read: unknown = JSON.parse((await memory.get(SHELF)) ?? '[]');
    for (const entry of Array.isArray(read) ? (read as unknown[]) : []) {
      if (!Array.isArray(entry)) continue;
      const [session, until] = entry as unknown[];
      if (typeof session === 'string' && typeof until === 'number') sessions.set(session, until);
    }
  } catch {
    // Everybody logs in again.
  }
}

/** Digests have one length, so that comparing them tells nothing of what was compared. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isAmong(secret: string, known: readonly Buffer[]): boolean {
  const given = digest(secret);
  // All are compared, whichever fits.
  return known.reduce((found, one) => timingSafeEqual(one, given) || found, false);
}
