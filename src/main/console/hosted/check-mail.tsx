// After anything that sends a mail: where to look, and what to do when it does not come.
import type { Settings } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Page, PageLink } from './page.tsx';
import { useCall } from './use-call.ts';

interface CheckMailProps {
  readonly settings: Settings;
  readonly email: string;
  readonly purpose: 'verify' | 'reset';
}

const sentences = {
  verify: 'If it can be used to sign up, a mail with a link is on its way to it. Open the link to confirm the address.',
  reset: 'If it belongs to an account, a mail with a link is on its way to it. Open the link to choose a new password.',
} as const;

export function CheckMail({ settings, email, purpose }: CheckMailProps) {
  const again = useCall(() =>
    purpose === 'verify' ? api.accounts.resendVerification(email) : api.accounts.forgotPassword(email),
  );
  return (
    <Page settings={settings} title="Check your mail">
      <div>
        <p>
          You gave the address <strong>{email}</strong>.
        </p>
        <p className="soft">{sentences[purpose]}</p>
      </div>
      {again.answer !== null && <Notice tone="good" title="Asked for again" />}
      {again.error !== null && <ProblemNotice error={again.error} />}
      <p className="soft">Nothing after a few minutes? Look among the unwanted mail, or ask again.</p>
      <Button isBusy={again.isBusy} onClick={() => void again.send(undefined)}>
        Send it again
      </Button>
      <p className="page-links">
        <PageLink to="log-in">Log in</PageLink>
      </p>
    </Page>
  );
}
