import type { Texts } from '../../i18n/language.ts';

/** Texts of the simulator screen. */
export const texts = {
  intro: [
    'What the simulated devices measure, and what they do wrong. Real devices are not touched.',
    'Что измеряют симулируемые устройства и как они сбоят. Настоящие устройства не затрагиваются.',
    'Ce que mesurent les appareils simulés, et leurs défauts. Les vrais appareils ne sont pas touchés.',
  ],
  not_offered: [
    'This gateway does not let its simulated devices be steered.',
    'Этот шлюз не позволяет управлять симулируемыми устройствами.',
    'Cette passerelle ne permet pas de piloter ses appareils simulés.',
  ],
  temperature: ['Temperature', 'Температура', 'Température'],
  hold: ['hold at', 'удерживать', 'maintenir à'],
  free: ['lives by itself', 'меняется само', 'évolue librement'],
  faults: ['Faults', 'Сбои', 'Défauts'],
  rate: ['{n} % of the answers', '{n} % ответов', '{n} % des réponses'],
  calm: ['No faults', 'Убрать сбои', 'Aucun défaut'],
} as const satisfies Texts;
