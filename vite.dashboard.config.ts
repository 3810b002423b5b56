import { join } from 'node:path';
import { defineConfig } from 'vite';

const ROOT = join(import.meta.dirname, 'src/dashboard');

/** Builds the dashboard into `dist/dashboard`. All addresses are relative: it works below any path of a proxy. */
export default defineConfig({
  root: ROOT,
  base: './',
  publicDir: join(ROOT, 'public'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(import.meta.dirname, 'dist/dashboard'),
    emptyOutDir: true,
    target: 'es2022',
    // Data in addresses is for small pictures; the policy of the pages forbids scripts and styles there.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: join(ROOT, 'index.html'), 'service-worker': join(ROOT, 'service-worker.ts') },
      output: {
        // Browsers look for it under one fixed name; all else is named after its content.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
});
