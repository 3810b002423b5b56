import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiConfig } from '../../../core/site/api.ts';
import { getTagged } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { t } from '../../i18n/language.ts';
import type { ToConnect } from '../../model/found.ts';
import { FailureNote, Notice } from '../../ui/notice.tsx';
import type { Base } from './base.ts';
import { CheckStep } from './check-step.tsx';
import { DoneStep } from './done-step.tsx';
import { SaveStep } from './save-step.tsx';
import { SendStep } from './send-step.tsx';
import { texts } from './setup-texts.ts';
import { WhatStep } from './what-step.tsx';
import { WhereStep } from './where-step.tsx';

const STEPS = ['where', 'what', 'check', 'send_to', 'save', 'done'] as const;

const NOTHING: ToConnect = { yaml: '', devices: [] };

/** Where, what, check, send to, save, and the first values: one step at a time, each of them can be taken back. */
export default function Setup(): JSX.Element {
  const [step, setStep] = useState<(typeof STEPS)[number]>('where');
  const [link, setLink] = useState('');
  const [found, setFound] = useState(NOTHING);
  const [outputs, setOutputs] = useState('');
  const [base, setBase] = useState<Base>();
  const [failure, setFailure] = useState<Failure>();
  const [started, setStarted] = useState(0);

  useEffect(() => {
    getTagged<ApiConfig>('api/config').then(
      ({ document: config, tag }) => setBase({ config, tag }),
      (error: unknown) => setFailure(failureOf(error)),
    );
  }, [started]);

  const restart = (): void => {
    setLink('');
    setFound(NOTHING);
    setOutputs('');
    setStep('where');
    setStarted(started + 1);
  };
  return (
    <div class="stack">
      {failure !== undefined &&
        (failure.code === 'not_found' ? (
          <Notice tone="warn">{t(texts.no_config)}</Notice>
        ) : (
          <FailureNote failure={failure} />
        ))}
      <section class="card stack">
        <header>
          <h2>{t(texts[step])}</h2>
          <span class="quiet">{t(texts.step, { n: STEPS.indexOf(step) + 1, of: STEPS.length })}</span>
        </header>
        {step === 'where' && (
          <WhereStep
            link={link}
            onNext={(found) => {
              setLink(found);
              setStep('what');
            }}
          />
        )}
        {step === 'what' && (
          <WhatStep
            link={link}
            onBack={() => setStep('where')}
            onNext={(chosen) => {
              setFound(chosen);
              setStep('check');
            }}
          />
        )}
        {step === 'check' && (
          <CheckStep
            devices={found.devices}
            onBack={() => setStep('what')}
            onNext={() => setStep('send_to')}
          />
        )}
        {step === 'send_to' && (
          <SendStep
            text={base?.config.text ?? ''}
            onBack={() => setStep('check')}
            onNext={(yaml) => {
              setOutputs(yaml);
              setStep('save');
            }}
          />
        )}
        {step === 'save' && (
          <SaveStep
            base={base}
            buses={found.yaml}
            outputs={outputs}
            onBack={() => setStep('send_to')}
            onNext={() => setStep('done')}
          />
        )}
        {step === 'done' && <DoneStep buses={found.yaml} onAgain={restart} />}
      </section>
    </div>
  );
}
