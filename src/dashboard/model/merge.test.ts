import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { differenceOf } from './difference.ts';
import { busesWith, withSection, yamlText } from './merge.ts';
import { offsetOf } from './text-place.ts';

const addition = busesWith({ bus: 'new', link: 'tcp://h:1', name: 'shunt', device: 'some-id', address: 3 });
const added = {
  name: 'new',
  link: 'tcp://h:1',
  devices: [{ name: 'shunt', device: 'some-id', address: 3 }],
};

describe('adding a section to a configuration', () => {
  it.each([
    ['an empty text', '', []],
    ['a text without it', 'site: home\n', []],
    ['a text without a line end', 'site: home', []],
    ['an empty list', 'buses: []\nsite: home\n', []],
    ['a list', 'buses:\n  - name: old\n    link: x\nsite: home\n', ['old']],
    ['a list at the left edge', 'buses:\n- name: old\n  link: x\nsite: home\n', ['old']],
    ['a list that is the last', 'site: home\nbuses:\n    - name: old\n      link: x\n', ['old']],
    [
      'comments',
      '# mine\nbuses: # all\n  # the shed\n  - name: old\n    link: x\n\n# the rest\nsite: home\n',
      ['old'],
    ],
  ])('keeps what is there: %s', (_, text, names) => {
    const result = withSection(text, addition, 'buses');
    // The border: what YAML makes of the result.
    const read = parse(result) as { buses: { name: string }[]; site?: string };
    expect(read.buses.slice(0, -1).map(({ name }) => name)).toEqual(names);
    expect(read.buses.at(-1)).toEqual(added);
    expect(read.site).toBe(text.includes('site') ? 'home' : undefined);
    for (const line of text.split('\n')) if (line.includes('#')) expect(result).toContain(line);
  });

  it('adds to a map as well', () => {
    const result = withSection('outputs:\n  mqtt: { url: a }\n', 'outputs:\n  prometheus: {}\n', 'outputs');
    expect(parse(result)).toEqual({ outputs: { mqtt: { url: 'a' }, prometheus: {} } });
  });

  it('adds nothing of nothing', () => {
    expect(withSection('site: home\n', '', 'outputs')).toBe('site: home\n');
  });
});

describe('a text in YAML', () => {
  it.each([
    'shed',
    'tcp://h:1',
    '/dev/ttyUSB0',
    'true',
    '12',
    '1e3',
    '',
    'a: b',
    'x #y',
    '"',
    'ключ',
    'null',
    '0x1f',
    'a:',
  ])('is read as it was: %j', (text) => {
    expect(parse(`key: ${yamlText(text)}`)).toEqual({ key: text });
    expect(parse(`{ key: ${yamlText(text)}, other: 1 }`)).toEqual({ key: text, other: 1 });
  });
});

describe('a difference', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng';
  it('shows what changed with two lines around it', () => {
    expect(differenceOf(before, 'a\nb\nc\nd\ne\nF\ng').map(({ sign, text }) => sign + text)).toEqual([
      ' d',
      ' e',
      '-f',
      '+F',
      ' g',
    ]);
  });

  it('is empty of equal texts', () => {
    expect(differenceOf(before, before)).toEqual([]);
  });
});

describe('a place in a text', () => {
  it.each([
    [1, 1, 0],
    [2, 2, 4],
    // Behind the end of a line: its end. Behind the last line: the end of the text.
    [1, 99, 2],
    [9, 1, 8],
  ])('%d:%d is %d', (line, column, offset) => {
    expect(offsetOf('ab\ncd\nef', line, column)).toBe(offset);
  });
});
