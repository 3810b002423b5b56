import type { Shown } from './shown.ts';

/** All words that these states can be. */
export function wordsOf(shown: readonly Shown[]): readonly string[] {
  return [...new Set(shown.flatMap(({ field }) => field.words ?? []))];
}

const ALARMING = { warning: 'orange', protection: 'red', fault: 'dark-red' } as const;
const isAlarming = (word: string): word is keyof typeof ALARMING => Object.hasOwn(ALARMING, word);
/** For words that mean neither good nor bad. */
const NEUTRAL = ['blue', 'purple', 'light-blue', 'light-purple', 'dark-blue', 'dark-purple'] as const;

/** Green where all is well, orange to red where a field says that it is not, and otherwise a colour that says nothing. */
export function colourOf(word: string, shown: readonly Shown[]): string {
  // A field that says again what others say has their words: normal, warning, protection, fault.
  if (isAlarming(word)) return ALARMING[word];
  for (const { field } of shown) {
    if (field.alarm === undefined || field.words?.includes(word) !== true) continue;
    return field.alarm.calm?.includes(word) === true ? 'green' : ALARMING[field.alarm.means];
  }
  if (wordsOf(shown.filter(({ field }) => field.words?.some(isAlarming))).includes(word)) return 'green';
  return NEUTRAL[wordsOf(shown).indexOf(word) % NEUTRAL.length] ?? 'blue';
}
