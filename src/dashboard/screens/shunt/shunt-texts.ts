import type { Texts } from '../../i18n/language.ts';

/** Texts of the shunt screen. */
export const texts = {
  counters: ['Counted', 'Насчитано', 'Compté'],
  states: ['States', 'Состояния', 'États'],
  compare: [
    'State of charge: who says what',
    'Уровень заряда: кто что говорит',
    'État de charge : qui dit quoi',
  ],
  compare_hint: [
    'A shunt that drifts away from what the batteries say wants to be synchronised at full charge.',
    'Шунт, который расходится с батареями, нужно синхронизировать при полном заряде.',
    'Un shunt qui s’écarte de ce que disent les batteries doit être resynchronisé à pleine charge.',
  ],
  difference: ['difference {points}', 'разница {points}', 'écart {points}'],
  points: [
    { one: '{n} point', other: '{n} points' },
    { one: '{n} пункт', few: '{n} пункта', many: '{n} пунктов', other: '{n} пункта' },
    { one: '{n} point', many: '{n} points', other: '{n} points' },
  ],
} as const satisfies Texts;
