// The link from the sign-up mail. Opening it does nothing yet: scanners open links too, and only people press buttons.
import { useState } from 'react';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { takeFragmentToken } from '../components/fragment-token.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { LinkSpent } from './link-spent.tsx';
import { leaveTo, wishedNext } from './next.ts';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';

export function VerifyPage({ settings }: HostedPageProps) {
  const [token] = useState(takeFragmentToken);
  const call = useCall(
    () => api.accounts.verifyEmail({ token: token ?? '', transport: 'cookie' }),
    ({ needsPassword }) => {
      if (!needsPassword) leaveTo(wishedNext());
    },
  );
  const isSpent = call.error instanceof ProblemError && call.error.code === 'invalid_link';

  if (token === null || isSpent) return <LinkSpent settings={settings} purpose="verify" />;
  if (call.answer?.needsPassword) {
    return (
      <Page settings={settings} title="Your address is confirmed">
        <p className="soft">
          You are logged in. The account had been used before its address was confirmed, and not in this browser: to be
          sure that it is yours alone, it was logged out everywhere else, and its password was removed.
        </p>
        <p className="soft">Have a link sent to you and choose a new password, so that you can log in again later.</p>
        <p className="page-links">
          <PageLink to="forgot-password">Choose a password</PageLink>
        </p>
      </Page>
    );
  }
  return (
    <Page settings={settings} title="Confirm your address">
      <p className="soft">
        One press, and your account at {settings.application.name} is ready. You are logged in with it.
      </p>
      {call.error !== null && <ProblemNotice error={call.error} />}
      <Button weight="primary" isBusy={call.isBusy || call.answer !== null} onClick={() => void call.send(undefined)}>
        Confirm the address
      </Button>
    </Page>
  );
}
