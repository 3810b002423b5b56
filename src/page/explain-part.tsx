import type { JSX } from 'preact';
import type { ApiFrame } from '../core/site/api.ts';
import { deviceDocument } from '../core/site/documents.ts';
import { Explainer } from '../dashboard/frames/explainer.tsx';
import { explainHere } from '../dashboard/frames/recording.ts';
import { catalog } from '../devices/index.ts';

const DEVICES = catalog.devices.map(deviceDocument);

/** Pasted frames, explained. */
export function ExplainPart(): JSX.Element {
  return <Explainer devices={DEVICES} explain={explain} />;
}

/** What is thrown becomes a rejection. */
function explain(text: string, device: string | undefined): Promise<readonly ApiFrame[]> {
  return Promise.resolve().then(() => explainHere(text, device));
}
