import { describe, expect, it } from 'vitest';
import { chromium, SCREENS, stage } from './stage.ts';

/** Every screen on a phone, in every language. */
describe.skipIf(chromium === undefined)('a screen of 360 pixels', { timeout: 60_000 }, () => {
  const { open } = stage({ outputs: { prometheus: { type: 'prometheus' } } });

  it.each(SCREENS)('holds %s in every language', async (at, text) => {
    const page = await open(at, { width: 360 });
    await page.getByText(text).first().waitFor();
    for (const language of ['en', 'ru', 'fr']) {
      await page.evaluate(`localStorage.setItem('busbar.language', '${language}')`);
      await page.reload();
      await page.locator(`html[lang=${language}] main h1`).waitFor();
      await page.locator('main section, main form').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'), language).toBe(360);
    }
  });
});
