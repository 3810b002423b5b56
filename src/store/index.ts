/** Journal and history of a site: what arrives is kept in one SQLite database, for outputs, charts and exports. */
export type * from './api.ts';
export { openStore } from './store.ts';
export { type Archive, openArchive } from './offline.ts';
