// Sign-up. The answer is the same for every address, so that nobody learns who has an account.
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { PasswordField, TextField } from '../components/field.tsx';
import { formText, optionalFormText } from '../components/form-text.ts';
import { passwordRule } from '../components/password-rule.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../components/problem-words.ts';
import { CheckMail } from './check-mail.tsx';
import { leaveTo, wishedNext } from './next.ts';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';

const fields = ['email', 'name', 'password'];

async function signUp(form: FormData) {
  const email = formText(form, 'email');
  const name = optionalFormText(form, 'name');
  const { status } = await api.accounts.signUp({
    email,
    password: formText(form, 'password'),
    transport: 'cookie',
    ...(name && { name }),
  });
  return { status, email };
}

export function SignUpPage({ settings }: HostedPageProps) {
  const call = useCall(signUp, ({ status }) => {
    if (status === 'signed_up') leaveTo(wishedNext());
  });
  if (call.answer?.status === 'check_mail') {
    return <CheckMail settings={settings} email={call.answer.email} purpose="verify" />;
  }
  return (
    <Page settings={settings} title="Sign up">
      {call.error !== null && !isToldByFields(call.error, fields) && <ProblemNotice error={call.error} />}
      <form
        className="page-form"
        onSubmit={(event) => {
          event.preventDefault();
          void call.send(new FormData(event.currentTarget));
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
        <TextField
          label="Name (you may leave it out)"
          name="name"
          autoComplete="name"
          maxLength={100}
          fault={fieldFault(call.error, 'name')}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="new-password"
          minLength={settings.passwordMinLength}
          hint={passwordRule(settings.passwordMinLength)}
          fault={fieldFault(call.error, 'password')}
          required
        />
        <Button type="submit" weight="primary" isBusy={call.isBusy || call.answer !== null}>
          Sign up
        </Button>
      </form>
      <p className="page-links">
        <PageLink to="log-in">I have an account</PageLink>
      </p>
    </Page>
  );
}
