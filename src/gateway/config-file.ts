import { createHash } from 'node:crypto';
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import {
  maskedText,
  parseConfig,
  type ParseOptions,
  type Problem,
  redact,
  unmaskedText,
} from '../config/index.ts';
import { faultOf } from '../core/fault.ts';
import type { Gateway } from './gateway.ts';
import type { ConfigFile } from './http/index.ts';

/**
 * The configuration file as people change it through the API: secrets are masked, a text that is wrong is not taken, the
 * old file is kept beside the new one as `FILE.bak`, and a reader never finds half of it.
 * @param gateway takes what was saved
 */
export function configFile(
  file: string,
  options: Omit<ParseOptions, 'file'>,
  gateway: Pick<Gateway, 'apply'>,
): ConfigFile {
  const parsing: ParseOptions = { ...options, file };
  const read = (): Promise<string> => readFile(file, 'utf8');

  /** A text with its secrets, or what is wrong with it. */
  const whole = (
    text: string,
    original: string,
  ): { readonly text: string } | { readonly problems: readonly Problem[] } => {
    const unmasked = unmaskedText(text, original, parsing);
    if ('text' in unmasked) return unmasked;
    return {
      problems: unmasked.strayLines.map((line) => ({
        severity: 'error' as const,
        line,
        message: '*** stands for a secret, and the file has none here',
        hint: 'write the secret, or ${NAME} for a variable of the environment',
      })),
    };
  };

  return {
    text: async () => {
      const text = await read();
      const { config } = parseConfig(text, parsing);
      return {
        text: maskedText(text, parsing),
        parsed: config === undefined ? null : redact(config),
        etag: etagOf(text),
      };
    },
    check: async (text) => {
      const found = whole(text, await read());
      return 'problems' in found ? found.problems : parseConfig(found.text, parsing).problems;
    },
    save: async (text, etag) => {
      const original = await read();
      if (etagOf(original) !== etag) return { outcome: 'changed' };
      const found = whole(text, original);
      if ('problems' in found) return { outcome: 'invalid', problems: found.problems };
      const { config, problems } = parseConfig(found.text, parsing);
      if (config === undefined) return { outcome: 'invalid', problems };
      await copyFile(file, `${file}.bak`);
      await replaceFile(file, found.text);
      return { outcome: 'applied', etag: etagOf(found.text), applied: await gateway.apply(config) };
    },
  };
}

function etagOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Writes beside the file and renames, so that the file is always whole. */
async function replaceFile(file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  try {
    await writeFile(beside, text, { mode: 0o600 });
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw faultOf(error, 'config');
  }
}
