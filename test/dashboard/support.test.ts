import { describe, expect, it } from 'vitest';
import { freePort } from '../outputs/mosquitto.ts';
import { playedGateway } from './played-gateway.ts';
import { chromium, SOON, stage } from './stage.ts';

/** Every secret of the configuration has this in it. */
const PLANTED = 'planted-4711';

/** A bundle, as far as it stays the same while a gateway runs. */
interface Bundle {
  readonly config: string;
  readonly outputs: readonly { readonly name: string; readonly state: string }[];
  readonly lines: readonly { readonly name: string }[];
  readonly state: { readonly members: readonly { readonly name: string }[] };
  readonly frames: Readonly<Record<string, string>>;
}

describe.skipIf(chromium === undefined)('help', { timeout: 60_000 }, () => {
  const { open, dashboard } = stage();

  it('comes as a file: what the API gives, whole, and without any secret', async () => {
    const [password, token] = [`password ${PLANTED}`, `token-${PLANTED}`];
    const nobody = `127.0.0.1:${await freePort()}`;
    const gateway = await playedGateway({
      dashboard: dashboard(),
      http: { password, token },
      outputs: {
        broker: { type: 'mqtt', url: `mqtt://me:url-${PLANTED}@${nobody}`, password: `mqtt-${PLANTED}` },
        phone: {
          type: 'webhook',
          url: `http://${nobody}/`,
          headers: { 'X-Key': `header-${PLANTED}` },
          what: ['readings'],
        },
      },
    });
    try {
      const page = await open('support', { url: gateway.url });
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Log in' }).click();
      const asked = async (): Promise<{ readonly bundle: Bundle; readonly disposition: string | null }> => {
        const answer = await fetch(new URL('api/support', gateway.url), {
          headers: { Authorization: `Bearer ${token}` },
        });
        // The border to the network.
        return {
          bundle: (await answer.json()) as Bundle,
          disposition: answer.headers.get('content-disposition'),
        };
      };
      // Until both outputs have something to say about why they fail, and frames were heard.
      await expect
        .poll(async () => {
          const { bundle } = await asked();
          return [
            ...bundle.outputs.map(({ state }) => state),
            ...Object.values(bundle.frames).map((text) => text.includes('\n')),
          ];
        }, SOON)
        .toEqual(['failing', 'failing', true, true, true, true]);

      const coming = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download' }).click();
      const file = await coming;
      const text = (await (await file.createReadStream()).toArray()).join('');
      const { bundle, disposition } = await asked();
      expect(disposition).toContain(`"${file.suggestedFilename()}"`);
      // The border to the file, whose form is compared below.
      const got = JSON.parse(text) as Bundle;
      expect(Object.keys(got)).toEqual(Object.keys(bundle));
      expect(got.config).toBe(bundle.config);
      const parts = ({ lines, outputs, state, frames }: Bundle) => [
        lines.map(({ name }) => name),
        outputs.map(({ name }) => name),
        state.members.map(({ name }) => name),
        Object.keys(frames),
      ];
      expect(parts(got)).toEqual(parts(bundle));
      expect(parts(got)[1]?.toSorted()).toEqual(['broker', 'phone']);
      // It has the places of the secrets, and none of them.
      for (const place of ['headers:', 'password:', 'token:', 'mqtt://']) expect(got.config).toContain(place);
      expect(text).not.toContain(PLANTED);
      expect(text).not.toContain(encodeURIComponent(PLANTED));
    } finally {
      await gateway.close();
    }
  });
});
