import { beforeEach, describe, expect, it } from 'vitest';
import { ageText, durationText, moneyText, numberText, powerText, timeText, valueText } from './format.ts';
import { language, languageOf, say } from './language.ts';

/** Blanks that do not break are written here as plain ones. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

beforeEach(() => {
  language.value = 'en';
});

describe('a value as people read it', () => {
  it.each([
    [53.66, 'voltage', '53.66 V'],
    [3.3, 'cell_voltage', '3.300 V'],
    [-0.001, 'current', '0.00 A'],
    [null, 'voltage', 'none'],
    [undefined, 'voltage', '–'],
    [true, 'flag', 'yes'],
    [12, 'count', '12'],
    [200, 'minutes', '3 h 20 min'],
    ['over_voltage', 'word', 'over voltage'],
    [[3.301, 3.302], 'cell_voltage', '3.301 V, 3.302 V'],
    [[], 'word', 'none'],
    [
      [
        { from: '04-01', schedule: 1 },
        { from: '10-01', schedule: 4 },
      ],
      'text',
      'from 04-01 schedule 1; from 10-01 schedule 4',
    ],
  ] as const)('%s of %s is %s', (value, quantity, text) => {
    expect(plain(valueText(value, { quantity }))).toBe(text);
  });

  it('is written as the language writes numbers', () => {
    language.value = 'fr';
    expect(plain(numberText(1234.5, 1))).toBe('1 234,5');
    language.value = 'ru';
    expect(plain(numberText(1234.5, 1))).toBe('1 234,5');
  });

  it('has the currency of its field', () => {
    expect(valueText(1.5, { quantity: 'money', currency: 'EUR' })).toBe('1.50\u00a0EUR');
    expect(moneyText(1.5, 'EUR')).toBe('€1.50');
  });
});

describe('power for a glance', () => {
  it.each([
    [640.4, '640 W'],
    [-640, '640 W'],
    [9_999, '9,999 W'],
    [9_999.6, '10.0 kW'],
    [12_340, '12.3 kW'],
  ])('%d W is %s', (watts, text) => {
    expect(plain(powerText(watts))).toBe(text);
  });
});

describe('time', () => {
  it.each([
    [0, '0 s'],
    [59.6, '1 min'],
    [3_661, '1 h 1 min'],
    [86_400, '1 d'],
    [90_000, '1 d 1 h'],
    // Three parts: the two largest are said, and a missing one is not made up for by a smaller.
    [86_405, '1 d'],
  ])('%d s is %s', (seconds, text) => {
    expect(plain(durationText(seconds))).toBe(text);
  });

  it.each([
    [0, 'now'],
    [2_400, 'now'],
    [12_000, '12 s ago'],
    [89_000, '1 min 29 s ago'],
    [150_000, '2 min ago'],
  ])('%d ms ago is %s', (milliseconds, text) => {
    expect(plain(ageText(milliseconds))).toBe(text);
  });

  it('says months and days of a device, and leaves its own clock alone', () => {
    expect(timeText('2026-10')).toBe('October 2026');
    expect(timeText('2026-11-20')).toMatch(/20/);
    expect(timeText('2026-11-20T10:00:00')).toBe('2026-11-20 10:00:00');
    expect(timeText('never')).toBe('never');
  });
});

describe('languages', () => {
  const devices = [
    { one: '{n} device', other: '{n} devices' },
    { one: '{n} устройство', few: '{n} устройства', many: '{n} устройств', other: '{n} устройства' },
    { one: '{n} appareil', many: '{n} appareils', other: '{n} appareils' },
  ] as const;

  // Forms by the plural rules of CLDR.
  it.each([
    [1, '1 device', '1 устройство', '1 appareil'],
    [0, '0 devices', '0 устройств', '0 appareil'],
    [2, '2 devices', '2 устройства', '2 appareils'],
    [5, '5 devices', '5 устройств', '5 appareils'],
    [11, '11 devices', '11 устройств', '11 appareils'],
    [21, '21 devices', '21 устройство', '21 appareils'],
  ])('count %d', (n, en, ru, fr) => {
    expect([say(devices, { n }, 'en'), say(devices, { n }, 'ru'), say(devices, { n }, 'fr')]).toEqual([
      en,
      ru,
      fr,
    ]);
  });

  it('are those that the browser wishes, in its order', () => {
    expect(languageOf(['de-DE', 'ru-RU', 'en'])).toBe('ru');
    expect(languageOf(['FR-ca'])).toBe('fr');
    expect(languageOf(['frisian', 'de'])).toBe('en');
    expect(languageOf([])).toBe('en');
  });

  it('leave a place that nothing fills', () => {
    expect(say(['{a} of {b}', '', ''], { a: 1 }, 'en')).toBe('1 of {b}');
  });
});
