// The second step of an operator's log-in: the same question that everybody is asked on the hosted pages.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type LoggedIn, ProblemError, type SecondFactorNeeded } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CheckField } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { FactorForm, type Proof } from '../hosted/factor-form.tsx';

interface SecondStepProps {
  readonly asked: SecondFactorNeeded['secondFactor'];
  readonly application: string;
  readonly onAnswer: (answer: LoggedIn) => void;
  readonly onStartAgain: () => void;
}

export function SecondStep({ asked, application, onAnswer, onStartAgain }: SecondStepProps) {
  const { challenge, methods } = asked;
  const [rememberDevice, setRemember] = useState(false);
  const answer = useMutation({
    mutationFn: (proof: Proof) => api.accounts.factors.answerChallenge({ challenge, ...proof, rememberDevice }),
    onSuccess: onAnswer,
  });
  const isSpent = answer.error instanceof ProblemError && answer.error.code === 'invalid_challenge';
  if (isSpent) {
    return (
      <>
        <Notice tone="warn" title="This log-in has ended">
          It took too long, or there were too many tries. Nothing is lost.
        </Notice>
        <Button weight="primary" onClick={onStartAgain}>
          Start again
        </Button>
      </>
    );
  }
  return (
    <>
      <FactorForm
        factors={methods}
        application={application}
        isBusy={answer.isPending || answer.isSuccess}
        error={answer.error}
        onProof={(proof) => answer.mutate(proof)}
        passkeyOptions={() => api.accounts.passkeys.secondFactorOptions(challenge)}
      >
        <CheckField
          label="Do not ask again in this browser for 30 days"
          name="rememberDevice"
          checked={rememberDevice}
          onChange={(event) => setRemember(event.target.checked)}
        />
      </FactorForm>
      <div>
        <Button weight="quiet" onClick={onStartAgain}>
          Start again
        </Button>
      </div>
    </>
  );
}
