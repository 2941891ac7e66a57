// The link from a mail to log in with. Opening it does nothing yet: scanners open links too, and only people press buttons.
import { useState } from 'react';
import { type LoggedIn, ProblemError } from '../../client/index.ts';
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

export function MailLogInPage({ settings }: HostedPageProps) {
  const { say } = useWords();
  const [token] = useState(takeFragmentToken);
  const [asked, setAsked] = useState<FactorAsked | null>(null);
  const call = useCall(
    () => api.accounts.mailLogIn.byLink({ token: token ?? '', transport: 'cookie' }),
    (answer: LoggedIn) => {
      if ('secondFactor' in answer) setAsked(answer.secondFactor);
      else void leaveLoggedIn();
    },
  );
  const code = call.error instanceof ProblemError ? call.error.code : null;

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
  if (token === null || code === 'invalid_link') return <LinkSpent settings={settings} purpose="mail-log-in" />;
  if (code === 'other_browser') {
    return (
      <Page settings={settings} step="other-browser" title={say('mailLogIn.otherBrowserTitle')}>
        <p className="soft">{say('mailLogIn.otherBrowserText')}</p>
        <p className="page-links">
          <PageLink to="log-in">{say('common.logIn')}</PageLink>
        </p>
      </Page>
    );
  }
  return (
    <Page settings={settings} title={say('mailLogIn.landTitle', { application: settings.application.name })}>
      <p className="soft">{say('mailLogIn.landText')}</p>
      {call.error !== null && <ProblemNotice error={call.error} />}
      <Button weight="primary" isBusy={call.isBusy || call.answer !== null} onClick={() => void call.send(undefined)}>
        {say('common.logIn')}
      </Button>
    </Page>
  );
}
