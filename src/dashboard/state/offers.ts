import { signal } from '@preact/signals';
import { get } from '../api/client.ts';

/** Whether this gateway lets its simulated devices be steered. */
export const simulatorOffered = signal(false);

/** Looks into the description of the API, which lists what this gateway offers. */
export async function askForOffers(): Promise<void> {
  const { paths } = await get<{ readonly paths?: Readonly<Record<string, unknown>> }>('openapi.json');
  simulatorOffered.value = paths?.['/api/simulator'] !== undefined;
}
