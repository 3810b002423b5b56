import type { JSX } from 'preact';
import type { Fault } from '../core/fault.ts';
import type { Text } from '../dashboard/i18n/language.ts';
import { t } from '../dashboard/i18n/language.ts';
import { Notice } from '../dashboard/ui/notice.tsx';
import { SerialFault, type SerialTrouble } from '../web/index.ts';
import { texts } from './page-texts.ts';

const PORT: Readonly<Record<SerialTrouble, Text>> = {
  unsupported: texts.unsupported,
  insecure: texts.insecure,
  forbidden: texts.forbidden,
  'none-chosen': texts.none_chosen,
  'open-already': texts.open_already,
  refused: texts.port_refused,
  settings: texts.settings,
  lost: texts.lost,
};

/** What a fault means, in the language of the page. */
function meaning(fault: Fault): Text {
  if (fault instanceof SerialFault) return PORT[fault.trouble];
  const { code, evidence } = fault;
  if (code === 'timeout') return (evidence?.receivedBytes ?? 0) > 0 ? texts.garbled : texts.silent;
  return code === 'checksum' || code === 'format' || code === 'length' ? texts.garbled : texts.failed;
}

/** Why something did not work: in words of the page, and below as exactly as the program knows it, in English. */
export function Trouble({ fault }: { readonly fault: Fault }): JSX.Element {
  return (
    <Notice tone="bad">
      <p>{t(meaning(fault))}</p>
      <p class="quiet" lang="en">
        {[fault.message, fault.hint].filter((part) => part !== undefined).join('; ')}
      </p>
    </Notice>
  );
}
