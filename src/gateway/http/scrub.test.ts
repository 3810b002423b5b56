import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrub } from './scrub.ts';

describe('secrets in answers', () => {
  it('are marked inside texts, and numbers stay numbers', () => {
    const { json } = scrub(() => ['12345678']);
    expect(
      JSON.parse(json({ text: 'is 12345678', number: 12345678, list: ['12345678', 1], not: null })),
    ).toEqual({
      text: 'is •••',
      number: 12345678,
      list: ['•••', 1],
      not: null,
    });
  });

  it('are starred in bytes, of which there are as many as before, and which are not changed themselves', () => {
    const { bytes } = scrub(() => ['pass']);
    const given = Uint8Array.from(Buffer.from('..passpass.pas'));
    expect(Buffer.from(bytes(given)).toString()).toBe('..********.pas');
    expect(Buffer.from(given).toString()).toBe('..passpass.pas');
    const clean = Uint8Array.of(1, 2);
    expect(bytes(clean)).toBe(clean);
  });

  it('leave nothing of one that begins like another', () => {
    expect(scrub(() => ['secret', 'secret-and-more']).text('secret-and-more')).toBe('•••');
  });

  it('may change while the gateway runs', () => {
    let secrets = ['first'];
    const { text } = scrub(() => secrets);
    expect(text('first second')).toBe('••• second');
    secrets = ['second'];
    expect(text('first second')).toBe('first •••');
    secrets = [];
    expect(text('first second')).toBe('first second');
  });

  it('are not looked for where they are too short to be any', () => {
    expect(scrub(() => ['', 'abc']).json({ abc: 'abcdef' })).toBe('{"abc":"abcdef"}');
  });

  it('are found whatever characters they have', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, unit: 'grapheme' }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const { json } = scrub(() => [secret]);
          const written = (JSON.parse(json([`${before}${secret}${after}`])) as [string])[0];
          // Unless the mark itself, or what stands around it, makes the secret again.
          fc.pre(!`${before}•••${after}`.includes(secret));
          expect(written).not.toContain(secret);
        },
      ),
    );
  });
});
