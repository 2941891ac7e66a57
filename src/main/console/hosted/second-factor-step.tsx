// The second step of a log-in: what the account asks for besides the first proof.
import { useEffect, useState } from 'react';
import { ProblemError, type SecondFactorNeeded, type Settings } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CheckField } from '../components/field.tsx';
import { FactorForm, type Proof } from './factor-form.tsx';
import { Page } from './page.tsx';
import { useCall } from './use-call.ts';
import { useWords } from './use-words.ts';

export type FactorAsked = Pick<SecondFactorNeeded['secondFactor'], 'challenge' | 'methods'> & {
  /** Unknown where another site has sent the visitor back. */
  readonly expiresAt?: string;
};

const methods: FactorAsked['methods'] = ['totp', 'passkey', 'recovery_code'];

/** What a way back from another site has put behind `#`, taken out of the address so that no history keeps it. */
export function factorAskedInFragment(): FactorAsked | null {
  const fragment = new URLSearchParams(location.hash.replace(/^#/, ''));
  const challenge = fragment.get('challenge');
  if (!challenge) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  const named = fragment.get('methods')?.split(/[\s,+]+/) ?? [];
  return { challenge, methods: methods.filter((method) => named.includes(method)) };
}

interface SecondFactorStepProps {
  readonly settings: Settings;
  readonly asked: FactorAsked;
  readonly onSigned: () => void;
  readonly onStartAgain: () => void;
}

export function SecondFactorStep({ settings, asked, onSigned, onStartAgain }: SecondFactorStepProps) {
  const { say } = useWords();
  const { challenge } = asked;
  const [rememberDevice, setRemember] = useState(false);
  const call = useCall(
    (proof: Proof) => api.accounts.factors.answerChallenge({ challenge, ...proof, rememberDevice }).then(() => true),
    onSigned,
  );
  const isSpent = call.error instanceof ProblemError && call.error.code === 'invalid_challenge';
  const isLate = useIsPast(asked.expiresAt);

  if (isSpent || (isLate && !call.isBusy && call.answer === null)) {
    return (
      <Page settings={settings} step="late" title={say('secondFactor.lateTitle')}>
        <p className="soft">{say('secondFactor.lateText')}</p>
        <Button weight="primary" onClick={onStartAgain}>
          {say('secondFactor.startAgain')}
        </Button>
      </Page>
    );
  }
  return (
    <Page settings={settings} step="factor" title={say('secondFactor.title')}>
      <FactorForm
        factors={asked.methods}
        application={settings.application.name}
        isBusy={call.isBusy || call.answer !== null}
        error={call.error}
        onProof={(proof) => void call.send(proof)}
        passkeyOptions={() => api.accounts.passkeys.secondFactorOptions(challenge)}
      >
        <CheckField
          label={say('secondFactor.remember')}
          name="rememberDevice"
          checked={rememberDevice}
          onChange={(event) => setRemember(event.target.checked)}
        />
      </FactorForm>
      <p className="page-end">
        <button type="button" className="page-text-button" onClick={onStartAgain}>
          {say('secondFactor.startAgain')}
        </button>
      </p>
    </Page>
  );
}

/** True from that moment on. */
function useIsPast(iso: string | undefined): boolean {
  const [isPast, setPast] = useState(false);
  useEffect(() => {
    if (iso === undefined) return undefined;
    const clock = setTimeout(() => setPast(true), Math.max(0, Date.parse(iso) - Date.now()));
    return () => clearTimeout(clock);
  }, [iso]);
  return isPast;
}
