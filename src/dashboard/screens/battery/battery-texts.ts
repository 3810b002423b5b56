import type { Texts } from '../../i18n/language.ts';

/** Texts of the battery screen. */
export const texts = {
  cells: ['Cells', 'Ячейки', 'Cellules'],
  from_mean: [
    'Millivolts from the mean of all cells, {mean}',
    'Милливольты от среднего по всем ячейкам, {mean}',
    'Millivolts par rapport à la moyenne de toutes les cellules, {mean}',
  ],
  spread: ['Spread', 'Разброс', 'Écart'],
  lowest: ['Lowest', 'Нижняя', 'Plus basse'],
  highest: ['Highest', 'Верхняя', 'Plus haute'],
  cell_of: ['cell {cell}, pack {pack}', 'ячейка {cell}, модуль {pack}', 'cellule {cell}, module {pack}'],
  cell: ['cell {cell}', 'ячейка {cell}', 'cellule {cell}'],
  balancing: ['being balanced', 'балансируется', 'en équilibrage'],
  legend: [
    '▼ lowest · ▲ highest · ⇄ being balanced · ! the battery reports an alarm. Choose a cell to see its day.',
    '▼ нижняя · ▲ верхняя · ⇄ балансируется · ! батарея сообщает о тревоге. Выберите ячейку, чтобы увидеть её сутки.',
    '▼ plus basse · ▲ plus haute · ⇄ en équilibrage · ! alarme signalée par la batterie. Choisissez une cellule pour voir sa journée.',
  ],
  cell_day: ['{cell}: last 24 hours', '{cell}: последние 24 часа', '{cell} : dernières 24 heures'],
  temperatures: ['Temperatures', 'Температуры', 'Températures'],
  reports: ['What the battery reports', 'Что сообщает батарея', 'Ce que signale la batterie'],
  reports_nothing: [
    'No alarm, no protection, no fault.',
    'Ни тревог, ни защит, ни неисправностей.',
    'Ni alarme, ni protection, ni défaut.',
  ],
  means_warning: ['warning', 'предупреждение', 'avertissement'],
  means_protection: ['protection', 'защита', 'protection'],
  means_fault: ['fault', 'неисправность', 'défaut'],
  spread_trend: ['Spread of the cells', 'Разброс ячеек', 'Écart des cellules'],
  limits: ['Limits and switches', 'Пределы и ключи', 'Limites et commutateurs'],
  no_cells: ['No cells were read yet.', 'Ячейки ещё не прочитаны.', 'Aucune cellule lue pour l’instant.'],
} as const satisfies Texts;
