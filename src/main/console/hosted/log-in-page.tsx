// Log-in for the people of the application.
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CredentialsNotice } from '../components/credentials-notice.tsx';
import { PasswordField, TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { CheckMail } from './check-mail.tsx';
import { leaveTo, wishedNext } from './next.ts';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';

export function LogInPage({ settings }: HostedPageProps) {
  const logIn = useCall(
    (form: FormData) =>
      api.accounts.logIn({ email: formText(form, 'email'), password: formText(form, 'password'), transport: 'cookie' }),
    () => leaveTo(wishedNext()),
  );
  const resend = useCall((email: string) => api.accounts.resendVerification(email).then(() => email));
  const isUnverified = logIn.error instanceof ProblemError && logIn.error.code === 'email_not_verified';

  if (resend.answer !== null) return <CheckMail settings={settings} email={resend.answer} purpose="verify" />;
  return (
    <Page settings={settings} title="Log in">
      {logIn.error !== null && <CredentialsNotice error={logIn.error} />}
      {resend.error !== null && <CredentialsNotice error={resend.error} />}
      <form
        className="page-form"
        onSubmit={(event) => {
          event.preventDefault();
          void logIn.send(new FormData(event.currentTarget));
        }}
      >
        <TextField label="Email address" name="email" type="email" autoComplete="username" required />
        <PasswordField label="Password" name="password" autoComplete="current-password" required />
        {/* While the log-in is done, the button keeps its place until the next page comes. */}
        <Button type="submit" weight="primary" isBusy={logIn.isBusy || logIn.answer !== null}>
          Log in
        </Button>
        {isUnverified && (
          <Button
            isBusy={resend.isBusy}
            onClick={(event) => {
              const form = event.currentTarget.form;
              if (form) void resend.send(formText(new FormData(form), 'email'));
            }}
          >
            Send the confirmation mail again
          </Button>
        )}
      </form>
      <p className="page-links">
        <PageLink to="forgot-password">Forgot your password</PageLink>
        <PageLink to="sign-up">Sign up</PageLink>
      </p>
    </Page>
  );
}
