// The question in the middle of something else: a native dialog, which keeps the focus inside and gives it back.
import { useEffect, useId, useRef } from 'react';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { type Factor, FactorForm, type Proof } from './factor-form.tsx';
import { useCall } from './use-call.ts';
import { useWords } from './use-words.ts';
import './step-up.css';

interface StepUpDialogProps {
  readonly application: string;
  readonly factors: readonly Factor[];
  readonly onAnswered: (isProven: boolean) => void;
}

export function StepUpDialog({ application, factors, onAnswered }: StepUpDialogProps) {
  const { say } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const call = useCall(
    (proof: Proof) => api.accounts.factors.stepUp(proof).then(() => true),
    () => onAnswered(true),
  );
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="step-up"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        onAnswered(false);
      }}
      // What is typed here is not the business of the page behind: React's events would rise to it.
      onSubmit={(event) => event.stopPropagation()}
    >
      <h2 id={title}>{say('stepUp.title')}</h2>
      <FactorForm
        factors={factors}
        application={application}
        isBusy={call.isBusy}
        error={call.error}
        onProof={(proof) => void call.send(proof)}
        passkeyOptions={() => api.accounts.passkeys.stepUpOptions()}
      />
      <Button weight="quiet" onClick={() => onAnswered(false)}>
        {say('common.cancel')}
      </Button>
    </dialog>
  );
}
