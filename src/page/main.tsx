import { render } from 'preact';
import { startRouting } from '../dashboard/shell/route.ts';
import { runClock } from '../dashboard/state/clock.ts';
import { startPreferences } from '../dashboard/state/preferences.ts';
import { Page } from './page.tsx';

startPreferences();
startRouting();
runClock();

const place = document.getElementById('app');
if (place !== null) render(<Page />, place);
