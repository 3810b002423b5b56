import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The built dashboard: beside the compiled program, and under `dist` in a checkout; undefined where it was not built. */
export function dashboardFolder(): string | undefined {
  const place = import.meta.url.endsWith('.ts') ? '../../dist/dashboard/' : '../dashboard/';
  const folder = fileURLToPath(new URL(place, import.meta.url));
  return existsSync(`${folder}index.html`) ? folder : undefined;
}
