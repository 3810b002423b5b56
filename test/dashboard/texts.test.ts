import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  type Forms,
  LANGUAGES,
  type Phrase,
  type Text,
  type Texts,
} from '../../src/dashboard/i18n/language.ts';

/** Every text in every language: none is missing, none is unused, and none stands in a screen untranslated. */
const ROOT = join(import.meta.dirname, '../../src');
const SOURCES = new Map(
  globSync('{dashboard,page}/**/*.{ts,tsx}', { cwd: ROOT })
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const),
);
const FILES = [...SOURCES.keys()].filter((path) => path.endsWith('-texts.ts')).sort();

/** The texts of a file, under the name by which screens import them. */
async function textsOf(path: string): Promise<{ readonly name: string; readonly texts: Texts }> {
  // The border: every such file exports one object of texts.
  const module = (await import(join(ROOT, path))) as Readonly<Record<string, Texts>>;
  const [[name, texts] = ['', {}]] = Object.entries(module);
  return { name, texts };
}

const forms = (phrase: Phrase): readonly string[] =>
  typeof phrase === 'string' ? [phrase] : Object.values(phrase);
const places = (text: string): string => [...new Set(text.match(/\{\w+\}/g))].sort().join();

/** Plural categories that a language has for whole numbers. */
const categories = (language: string): string[] => {
  const rules = new Intl.PluralRules(language);
  const numbers = [0, 1, 2, 3, 5, 11, 21, 22, 100, 101, 1_000_000];
  return [...new Set(numbers.map((number) => rules.select(number)))].sort();
};

describe.each(FILES)('%s', (path) => {
  it('says everything in every language, with the same places and all plural forms', async () => {
    const { texts } = await textsOf(path);
    expect(Object.keys(texts)).not.toEqual([]);
    for (const [key, text] of Object.entries<Text>(texts)) {
      expect(text, key).toHaveLength(LANGUAGES.length);
      const wanted = new Set(text.flatMap((phrase) => forms(phrase).map(places)));
      expect([...wanted], key).toHaveLength(1);
      for (const [index, phrase] of text.entries()) {
        for (const form of forms(phrase)) expect(form.trim(), `${key} ${LANGUAGES[index]}`).not.toBe('');
        if (typeof phrase === 'string') continue;
        const known = Object.keys(phrase satisfies Forms);
        for (const category of categories(LANGUAGES[index] ?? '')) expect(known, key).toContain(category);
      }
      // Where one language counts, all do.
      expect(new Set(text.map((phrase) => typeof phrase)).size, key).toBe(1);
    }
  });

  it('says nothing that nobody uses', async () => {
    const { name, texts } = await textsOf(path);
    // A table that a type proves to be whole is used where somebody looks a word of that type up.
    const isByType = (SOURCES.get(path) ?? '').includes('satisfies Readonly<Record<');
    const users = [...SOURCES].filter(([user, source]) => importsFrom(user, source, path));
    expect(users).not.toEqual([]);
    const unused = Object.keys(texts).filter(
      (key) =>
        !users.some(([, source]) => new RegExp(`\\b${name}\\.${key}\\b`).test(source)) &&
        !users.some(([, source]) => chosen(source, name, key, isByType)),
    );
    expect(unused).toEqual([]);
  });
});

/** Whether a file imports another one. */
function importsFrom(user: string, source: string, path: string): boolean {
  return [...source.matchAll(/from '(\.[^']+)'/g)].some(
    ([, from]) => join(dirname(user), from ?? '') === path,
  );
}

/** Whether a file picks from texts by a word that it spells out, or that a type of the core does: `texts[state]`. */
function chosen(source: string, name: string, key: string, isByType: boolean): boolean {
  if (!new RegExp(`\\b${name}\\[`).test(source)) return false;
  const picked =
    /^(charging|discharging|idle|info|warning|error|critical|delivering|waiting|failing|off|ok|degraded|request|reply)$/;
  return isByType || source.includes(`'${key}'`) || picked.test(key);
}

describe('no screen', () => {
  const screens = [...SOURCES].filter(([path]) => path.endsWith('.tsx'));

  it.each(screens)('says a word of its own: %s', (path, source) => {
    const file = ts.createSourceFile(basename(path), source, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TSX);
    const said: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text)) said.push(node.text.trim());
      if (
        ts.isJsxAttribute(node) &&
        /^(title|aria-label|placeholder|alt)$/.test(node.name.getText(file)) &&
        node.initializer !== undefined &&
        ts.isStringLiteral(node.initializer) &&
        node.initializer.text !== ''
      )
        said.push(node.initializer.text);
      ts.forEachChild(node, visit);
    };
    visit(file);
    // Units are the same in every language.
    expect(said.filter((text) => !['ms'].includes(text))).toEqual([]);
  });
});
