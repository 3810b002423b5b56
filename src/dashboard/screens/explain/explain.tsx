import type { JSX } from 'preact';
import type { ApiDevice, ApiFrame } from '../../../core/site/api.ts';
import { Explainer } from '../../frames/explainer.tsx';
import { useFetched } from '../../ui/use-fetched.ts';

/** Pasted frames, explained. */
export default function Explain(): JSX.Element {
  const catalogue = useFetched<readonly ApiDevice[]>('api/devices');
  return <Explainer devices={catalogue.value ?? []} explain={explain} />;
}

/** The decoder is fetched with the first frame: it brings every device along. */
async function explain(text: string, device: string | undefined): Promise<readonly ApiFrame[]> {
  const { explainHere } = await import('../../frames/recording.ts');
  return explainHere(text, device);
}
