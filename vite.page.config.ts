import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const ROOT = join(import.meta.dirname, 'src/page');

/** A script or style as the policy of a page names it. */
const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Puts script and style into the page, so that one file is all there is, and forbids it everything else: only what
 * stands in it may run, and no connection can be made to anywhere.
 */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html'];
      const rest = Object.values(bundle).filter(({ fileName }) => fileName !== 'index.html');
      const one = (ending: string): string => {
        const [only] = rest.filter(({ fileName }) => fileName.endsWith(ending));
        if (page?.type !== 'asset' || only === undefined || rest.length !== 3)
          throw new Error(
            `expected a page, a script, a style and an icon: ${Object.keys(bundle).join(', ')}`,
          );
        return only.type === 'chunk' ? only.code : String(only.source);
      };
      const icon = `data:image/svg+xml,${encodeURIComponent(one('.svg'))}`;
      const style = one('.css').replaceAll(/[^"'(]*\/icon-[^"')]*\.svg/g, icon);
      const script = one('.js')
        .trim()
        // What is imported late stands in the same script: there is nothing to fetch before it, of which Vite leaves a mark.
        .replaceAll('__VITE_PRELOAD__', '[]')
        // What ends an element in HTML may stand in a text of the script.
        .replaceAll('</script', '<\\/script');
      const policy = [
        `default-src 'none'`,
        `script-src ${digest(script)}`,
        `style-src ${digest(style)}`,
        `img-src data:`,
        `connect-src 'none'`,
        `base-uri 'none'`,
        `form-action 'none'`,
      ].join('; ');
      if (page?.type !== 'asset') return;
      page.source = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace(/\s*<link rel="stylesheet"[^>]*>/, () => `\n    <style>${style}</style>`)
        .replace(/[^"]*\/icon-[^"]*\.svg/, icon)
        .replace(
          '<meta charset="utf-8" />',
          (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        )
        .replace('</body>', () => `  <script type="module">${script}</script>\n  </body>`);
      for (const { fileName } of rest) Reflect.deleteProperty(bundle, fileName);
    },
  };
}

/** Builds the page that reads devices without a gateway into `dist/page`: one file. */
export default defineConfig({
  root: ROOT,
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [oneFile()],
  build: {
    outDir: join(import.meta.dirname, 'dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
