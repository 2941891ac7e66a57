// The link from the mail: a new password, after which every session of the account has ended.
import { useState } from 'react';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { PasswordField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { takeFragmentToken } from '../components/fragment-token.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { isToldByFields } from '../components/problem-words.ts';
import { LinkSpent } from './link-spent.tsx';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';
import { useForm } from './use-form.ts';
import { useWords } from './use-words.ts';

export function ResetPasswordPage({ settings }: HostedPageProps) {
  const { say } = useWords();
  const [token] = useState(takeFragmentToken);
  const call = useCall((newPassword: string) =>
    api.accounts.resetPassword({ token: token ?? '', newPassword }).then(() => true),
  );
  const form = useForm((typed) => void call.send(formText(typed, 'newPassword')), call.error);
  const isSpent = call.error instanceof ProblemError && call.error.code === 'invalid_link';

  if (token === null || isSpent) return <LinkSpent settings={settings} purpose="reset" />;
  if (call.answer) {
    return (
      <Page settings={settings} step="done" title={say('reset.doneTitle')}>
        <p className="soft">{say('reset.doneText')}</p>
        <p className="page-links">
          <PageLink to="log-in">{say('common.logIn')}</PageLink>
        </p>
      </Page>
    );
  }
  return (
    <Page settings={settings} title={say('reset.title')}>
      {call.error !== null && !isToldByFields(call.error, ['newPassword']) && <ProblemNotice error={call.error} />}
      <form {...form.props}>
        <PasswordField
          label={say('common.newPassword')}
          name="newPassword"
          autoComplete="new-password"
          minLength={settings.passwordMinLength}
          hint={say('common.passwordRule', { count: settings.passwordMinLength })}
          fault={form.faultOf('newPassword')}
          required
        />
        <Button type="submit" weight="primary" isBusy={call.isBusy}>
          {say('reset.submit')}
        </Button>
      </form>
    </Page>
  );
}
