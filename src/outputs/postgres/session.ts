import type { ClientConfig } from 'pg';
import { Fault } from '../../core/fault.ts';

/** Runs one statement; brings its rows. */
export type Query = (
  sql: string,
  values?: readonly (string | number | null)[],
) => Promise<readonly Record<string, unknown>[]>;

/** One connection from its beginning to its end. */
export interface Session {
  readonly query: Query;
  /** Whether it broke. */
  readonly isOver: () => boolean;
  /** Ends it, whatever is under way. */
  readonly end: () => void;
}

/** Milliseconds for one statement; and for us to go on with a transaction: rows that we changed are locked meanwhile. */
const LIMITS = 'set local statement_timeout = 30000; set local idle_in_transaction_session_timeout = 60000';

/** Connects. Rejects with what the client package or the server says. */
export async function openSession(config: ClientConfig): Promise<Session> {
  const { Client } = await loadPg();
  const client = new Client(config);
  let over = false;
  // A server that ends the connection while nothing is under way.
  client.on('error', () => {
    over = true;
  });
  client.on('end', () => {
    over = true;
  });
  const end = (): void => {
    over = true;
    client.end().catch(() => undefined);
    // `end` waits for the statement under way, which may never be answered.
    client.connection.stream.destroy();
  };
  try {
    await client.connect();
  } catch (error) {
    end();
    throw error;
  }
  return {
    query: async (sql, values) =>
      (await client.query<Record<string, unknown>>(sql, values === undefined ? undefined : [...values])).rows,
    isOver: () => over,
    end,
  };
}

async function loadPg(): Promise<typeof import('pg').default> {
  try {
    return (await import('pg')).default;
  } catch (cause) {
    throw new Fault('config', 'the package pg, which speaks to PostgreSQL, is not installed', {
      cause,
      hint: 'install it where busbar is: npm install pg',
    });
  }
}

/** Does all of it or nothing. */
export async function transaction(query: Query, act: () => Promise<void>): Promise<void> {
  await query(`begin; ${LIMITS}`);
  try {
    await act();
    await query('commit');
  } catch (error) {
    // Where the connection broke, the server does it by itself.
    await query('rollback').catch(() => undefined);
    throw error;
  }
}
