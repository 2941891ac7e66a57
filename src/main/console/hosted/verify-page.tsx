// The link from the sign-up mail. Opening it does nothing yet: scanners open links too, and only people press buttons.
import { useState } from 'react';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { takeFragmentToken } from '../components/fragment-token.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { addressOf, goTo } from './address.ts';
import { leaveLoggedIn } from './arrive.ts';
import { LinkSpent } from './link-spent.tsx';
import { wishedNext } from './next.ts';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { type FactorAsked, SecondFactorStep } from './second-factor-step.tsx';
import { useCall } from './use-call.ts';
import { useWords } from './use-words.ts';

export function VerifyPage({ settings }: HostedPageProps) {
  const { say } = useWords();
  const [token] = useState(takeFragmentToken);
  const [asked, setAsked] = useState<FactorAsked | null>(null);
  const call = useCall(
    () => api.accounts.verifyEmail({ token: token ?? '', transport: 'cookie' }),
    (answer) => {
      if ('secondFactor' in answer) setAsked(answer.secondFactor);
      else if (!answer.needsPassword) void leaveLoggedIn();
    },
  );
  const isSpent = call.error instanceof ProblemError && call.error.code === 'invalid_link';

  if (asked !== null) {
    return (
      <SecondFactorStep
        settings={settings}
        asked={asked}
        onSigned={() => void leaveLoggedIn()}
        onStartAgain={() => goTo(addressOf('log-in', wishedNext()))}
      />
    );
  }
  if (token === null || isSpent) return <LinkSpent settings={settings} purpose="verify" />;
  if (call.answer?.needsPassword) {
    return (
      <Page settings={settings} step="wiped" title={say('verify.doneTitle')}>
        <p className="soft">{say('verify.wiped')}</p>
        <p className="soft">{say('verify.wipedAdvice')}</p>
        <p className="page-links">
          <PageLink to="forgot-password">{say('verify.choosePassword')}</PageLink>
        </p>
      </Page>
    );
  }
  return (
    <Page settings={settings} title={say('verify.title')}>
      <p className="soft">{say('verify.text', { application: settings.application.name })}</p>
      {call.error !== null && <ProblemNotice error={call.error} />}
      <Button weight="primary" isBusy={call.isBusy || call.answer !== null} onClick={() => void call.send(undefined)}>
        {say('verify.submit')}
      </Button>
    </Page>
  );
}
