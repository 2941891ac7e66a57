// The link from the mail: a new password, after which every session of the account has ended.
import { useState } from 'react';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { PasswordField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { takeFragmentToken } from '../components/fragment-token.ts';
import { passwordRule } from '../components/password-rule.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../components/problem-words.ts';
import { LinkSpent } from './link-spent.tsx';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';

export function ResetPasswordPage({ settings }: HostedPageProps) {
  const [token] = useState(takeFragmentToken);
  const call = useCall((newPassword: string) =>
    api.accounts.resetPassword({ token: token ?? '', newPassword }).then(() => true),
  );
  const isSpent = call.error instanceof ProblemError && call.error.code === 'invalid_link';

  if (token === null || isSpent) return <LinkSpent settings={settings} purpose="reset" />;
  if (call.answer) {
    return (
      <Page settings={settings} title="Your password is changed">
        <p className="soft">You were logged out everywhere, on this device too. Log in with the new password.</p>
        <p className="page-links">
          <PageLink to="log-in">Log in</PageLink>
        </p>
      </Page>
    );
  }
  return (
    <Page settings={settings} title="Choose a new password">
      {call.error !== null && !isToldByFields(call.error, ['newPassword']) && <ProblemNotice error={call.error} />}
      <form
        className="page-form"
        onSubmit={(event) => {
          event.preventDefault();
          void call.send(formText(new FormData(event.currentTarget), 'newPassword'));
        }}
      >
        <PasswordField
          label="New password"
          name="newPassword"
          autoComplete="new-password"
          minLength={settings.passwordMinLength}
          hint={passwordRule(settings.passwordMinLength)}
          fault={fieldFault(call.error, 'newPassword')}
          required
        />
        <Button type="submit" weight="primary" isBusy={call.isBusy}>
          Change the password
        </Button>
      </form>
    </Page>
  );
}
