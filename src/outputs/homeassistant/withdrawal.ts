import type { BrokerLink, MakeBrokerAddOn, OutputContext } from '../../core/site/index.ts';
import { openLedger } from './ledger.ts';
import { removing } from './messages.ts';

/** Takes everything back that was announced to Home Assistant before its owner switched that off. */
export async function withdrawal({
  memory,
  log,
}: Pick<OutputContext, 'memory' | 'log'>): Promise<MakeBrokerAddOn> {
  const complain = (error: unknown): void => log.warn(`Home Assistant: ${String(error)}`);
  const ledger = await openLedger(memory, complain);
  const withdraw = async ({ publish }: BrokerLink): Promise<void> => {
    for (const name of ledger.members()) {
      const entry = ledger.get(name);
      if (entry === undefined) continue;
      for (const post of removing(entry.form, entry.uid, entry.announced)) await publish(post);
      ledger.set(name, undefined);
    }
  };
  return (link) => ({
    filters: [],
    // Broken off: it goes on with the next connection.
    opened: () => void withdraw(link).catch(complain),
    heard: () => undefined,
    close: () => undefined,
  });
}
