// The link from the sign-up mail. Opening it does nothing yet: scanners open links too, and only people press buttons.
import { useState } from 'react';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { takeFragmentToken } from '../components/fragment-token.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { LinkSpent } from './link-spent.tsx';
import { leaveTo, wishedNext } from './next.ts';
import { Page } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';

export function VerifyPage({ settings }: HostedPageProps) {
  const [token] = useState(takeFragmentToken);
  const call = useCall(
    () => api.accounts.verifyEmail({ token: token ?? '', transport: 'cookie' }),
    () => leaveTo(wishedNext()),
  );
  const isSpent = call.error instanceof ProblemError && call.error.code === 'invalid_link';

  if (token === null || isSpent) return <LinkSpent settings={settings} purpose="verify" />;
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
