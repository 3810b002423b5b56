import { render } from 'preact';
import { App } from './shell/app.tsx';
import { startRouting } from './shell/route.ts';
import { runClock } from './state/clock.ts';
import { startLive } from './state/live.ts';
import { startPreferences } from './state/preferences.ts';

startPreferences();
startRouting();
runClock();
startLive();

const place = document.getElementById('app');
if (place !== null) render(<App />, place);

// Pages that are not served over TLS or from this machine have none; they work as well.
if ('serviceWorker' in navigator) {
  void navigator.serviceWorker.register('./service-worker.js').catch(() => undefined);
}
