import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import { begun, byThreshold, interval, type Panel, pause, PLAIN, thresholds } from './panel.ts';
import type { Shown } from './shown.ts';
import type { Source, Target } from './source.ts';
import { colourOf, wordsOf } from './words.ts';

/** States over time: words, each in its colour. */
export function words(title: string, source: Source, shown: readonly Shown[]): Panel {
  const all = wordsOf(shown);
  const code = (word: string): number => all.indexOf(word) + 1;
  const options: Record<string, dashboard.ValueMappingResult> = {};
  for (const [index, word] of all.entries()) {
    const result = { text: word.replaceAll('_', ' '), color: colourOf(word, shown), index };
    options[word] = result;
    options[String(code(word))] = result;
  }
  return timeline(title, source, source.words(shown, code), shown).mappings([
    { type: dashboard.MappingType.ValueToText, options },
  ]);
}

/** Yes and no over time. */
export function flags(title: string, source: Source, shown: readonly Shown[]): Panel {
  const [no, yes] = [
    { text: 'no', color: 'text', index: 0 },
    { text: 'yes', color: 'blue', index: 1 },
  ];
  return timeline(title, source, source.flags(shown), shown).mappings([
    { type: dashboard.MappingType.ValueToText, options: { '0': no, false: no, '1': yes, true: yes } },
  ]);
}

/** What is said in lists of words, while it is said. */
export function conditions(title: string, source: Source, shown: readonly Shown[]): Panel {
  return timeline(title, source, source.conditions(shown), shown)
    .mappings([
      {
        type: dashboard.MappingType.ValueToText,
        options: { '1': { text: 'yes', color: 'orange', index: 0 } },
      },
    ])
    .noValue('All is well: nothing was said in this time');
}

function timeline(title: string, source: Source, targets: readonly Target[], shown: readonly Shown[]) {
  return begun(new statetimeline.PanelBuilder(), title, source, targets)
    .interval(interval(shown))
    .spanNulls(pause(shown))
    .mergeValues(true)
    .showValue(common.VisibilityMode.Auto)
    .thresholds(thresholds(PLAIN))
    .colorScheme(byThreshold())
    .lineWidth(0)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false))
    .span(24)
    .height(10);
}
