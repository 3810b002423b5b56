import { render } from 'preact';
import { App } from './shell/app.tsx';
import { route, startRouting } from './shell/route.ts';
import { SCREENS } from './shell/screens.ts';
import { runClock } from './state/clock.ts';
import { startLive } from './state/live.ts';
import { startPreferences } from './state/preferences.ts';

startPreferences();
startRouting();
runClock();
startLive();
// The file of the screen comes while the gateway is asked; what is wrong with it is shown when it is drawn.
SCREENS.find(({ name }) => name === route.value.screen)
  ?.load()
  .catch(() => undefined);

const place = document.getElementById('app');
if (place !== null) render(<App />, place);

// Pages that are not served over TLS or from this machine have none; they work as well.
if ('serviceWorker' in navigator) {
  void navigator.serviceWorker.register('./service-worker.js').catch(() => undefined);
}
