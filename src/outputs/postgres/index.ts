export { type Database, openDatabase, type Work } from './database.ts';
export { type Intake, intake, type Message } from './intake.ts';
export type { PostgresOptions, PostgresTls } from './options.ts';
export { postgresOutput } from './output.ts';
export { type Reading, readingOf } from './reading.ts';
export type { StoredEvent } from './rows.ts';
export { FORMAT, migrate } from './schema.ts';
export type { Query } from './session.ts';
export { useTimescale } from './timescale.ts';
