import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes what follows from the device definitions and the schema of the configuration: the list of devices, the pages
 * about them, the page, the JSON Schema and the sample of the configuration, templates and dashboards.
 * `npm run generate` writes the files, `--check` only says which ones are out of date (exit 1).
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Every device file: `src/devices/VENDOR/NAME.ts` with a default export. */
function deviceFiles(): string[] {
  const base = join(root, 'src/devices');
  return readdirSync(base, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((vendor) => readdirSync(join(base, vendor.name)).map((file) => `${vendor.name}/${file}`))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => readFileSync(join(base, file), 'utf8').includes('\nexport default '))
    .sort();
}

/** `juntek/kg.ts` as `juntekKg`. */
function identifier(file: string): string {
  return file.replace(/\.ts$/, '').replace(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The source of `src/devices/index.ts`. */
export function deviceIndex(): string {
  const files = deviceFiles();
  return `/**
 * All devices. Written by \`npm run generate\` from the files beside; do not edit.
 */
import { buildCatalog } from '../core/catalog.ts';
${files.map((file) => `import ${identifier(file)} from './${file}';`).join('\n')}

/** Every device and family that busbar knows. */
export const catalog = buildCatalog([${files.map(identifier).join(', ')}]);
`;
}

const check = process.argv.includes('--check');
let stale = 0;

function produce(path: string, content: string): void {
  const file = join(root, path);
  let present = '';
  try {
    present = readFileSync(file, 'utf8');
  } catch {
    // not there yet
  }
  if (present === content) return;
  if (check) {
    console.error(`${path} is out of date: run 'npm run generate'`);
    stale++;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    console.log(`wrote ${path}`);
  }
}

produce('src/devices/index.ts', deviceIndex());
// The pages are made from the devices themselves, so the list above has to be right first.
const { devicePages } = await import('./device-pages.ts');
const { configPages } = await import('./config-pages.ts');
const { zabbixTemplates } = await import('./zabbix-templates.ts');
const { grafanaFiles } = await import('./grafana.ts');
for (const [path, content] of Object.entries({
  ...devicePages(),
  ...(await configPages()),
  ...(await zabbixTemplates()),
  ...(await grafanaFiles()),
}))
  produce(path, content);
process.exitCode = stale > 0 ? 1 : 0;
