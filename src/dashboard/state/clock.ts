import { signal } from '@preact/signals';

/** Milliseconds by which the gateway's calendar is ahead of the browser's. */
let ahead = 0;

/** The gateway's time, milliseconds since 1970-01-01T00:00Z, once a second: ages are counted from it. */
export const now = signal(Date.now());

/** Told what time it is at the gateway. */
export function setGatewayTime(at: number): void {
  ahead = at - Date.now();
  now.value = at;
}

/** Lets the seconds pass; the returned function stops that. */
export function runClock(): () => void {
  const timer = setInterval(() => {
    now.value = Date.now() + ahead;
  }, 1000);
  return () => clearInterval(timer);
}
