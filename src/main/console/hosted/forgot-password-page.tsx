// A forgotten password: ask for the mail that lets one choose a new one.
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../components/problem-words.ts';
import { CheckMail } from './check-mail.tsx';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';

export function ForgotPasswordPage({ settings }: HostedPageProps) {
  const call = useCall((email: string) => api.accounts.forgotPassword(email).then(() => email));
  if (call.answer !== null) return <CheckMail settings={settings} email={call.answer} purpose="reset" />;
  return (
    <Page settings={settings} title="Choose a new password">
      <p className="soft">Give the address of your account. A mail with a link comes to it.</p>
      {call.error !== null && !isToldByFields(call.error, ['email']) && <ProblemNotice error={call.error} />}
      <form
        className="page-form"
        onSubmit={(event) => {
          event.preventDefault();
          void call.send(formText(new FormData(event.currentTarget), 'email'));
        }}
      >
        <TextField
          label="Email address"
          name="email"
          type="email"
          autoComplete="username"
          fault={fieldFault(call.error, 'email')}
          required
        />
        <Button type="submit" weight="primary" isBusy={call.isBusy}>
          Send the mail
        </Button>
      </form>
      <p className="page-links">
        <PageLink to="log-in">Back to the log-in</PageLink>
      </p>
    </Page>
  );
}
