import { describe, expect, it } from 'vitest';
import { axeFindings, complaintsOf } from './browser.ts';
import { chromium, SCREENS, stage } from './stage.ts';

/** Every screen in Debian's Chromium, served by a real gateway on simulated devices. */
describe.skipIf(chromium === undefined)('every screen', { timeout: 60_000 }, () => {
  const { open, gateway } = stage({ outputs: { prometheus: { type: 'prometheus' } } });

  it.each(SCREENS)(
    'shows %s without a complaint, and axe finds nothing serious, light and dark',
    async (at, text) => {
      const page = await open('');
      const complaints = complaintsOf(page);
      await page.goto(`${gateway().url}#/${at}`);
      await page.getByText(text).first().waitFor();
      expect(await page.getByText('Simulated: none of this is a real device').count()).toBe(1);
      expect(await axeFindings(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      expect(await axeFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );
});
