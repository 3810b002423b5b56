import type { ApiConfig } from '../../../core/site/api.ts';

/** The configuration as it was when the set-up began, with the tag that a change of it has to bring. */
export interface Base {
  readonly config: ApiConfig;
  readonly tag: string;
}
