// Sign-up. The answer is the same for every address, so that nobody learns who has an account.
import { useState } from 'react';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { PasswordField, TextField } from '../components/field.tsx';
import { formText, optionalFormText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { isToldByFields } from '../components/problem-words.ts';
import { leaveLoggedIn } from './arrive.ts';
import { CheckMail } from './check-mail.tsx';
import { Page } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { Said } from './said.tsx';
import { type AskingProvider, AskWhereStep, SocialButtons } from './social-buttons.tsx';
import { useCall } from './use-call.ts';
import { useForm } from './use-form.ts';
import { useWords } from './use-words.ts';

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
  const [provider, setProvider] = useState<AskingProvider | null>(null);
  const call = useCall(signUp, ({ status }) => {
    if (status === 'signed_up') void leaveLoggedIn();
  });
  if (call.answer?.status === 'check_mail') {
    return <CheckMail settings={settings} email={call.answer.email} purpose="verify" />;
  }
  if (provider !== null) {
    return <AskWhereStep settings={settings} provider={provider} onStartAgain={() => setProvider(null)} />;
  }
  return <SignUpStart settings={settings} call={call} onProvider={setProvider} />;
}

interface SignUpStartProps extends HostedPageProps {
  readonly call: ReturnType<typeof useCall<FormData, Awaited<ReturnType<typeof signUp>>>>;
  readonly onProvider: (provider: AskingProvider) => void;
}

function SignUpStart({ settings, call, onProvider }: SignUpStartProps) {
  const { say } = useWords();
  const form = useForm((typed) => void call.send(typed), call.error);
  const { error } = call;
  return (
    <Page settings={settings} title={say('signUp.title')}>
      {error !== null && !isToldByFields(error, fields) && <ProblemNotice error={error} />}
      <form {...form.props}>
        <TextField
          label={say('common.email')}
          name="email"
          type="email"
          autoComplete="username"
          dir="ltr"
          fault={form.faultOf('email')}
          required
        />
        <TextField
          label={say('common.name')}
          name="name"
          autoComplete="name"
          dir="auto"
          maxLength={100}
          fault={form.faultOf('name')}
        />
        <PasswordField
          label={say('common.password')}
          name="password"
          autoComplete="new-password"
          minLength={settings.passwordMinLength}
          hint={say('common.passwordRule', { count: settings.passwordMinLength })}
          fault={form.faultOf('password')}
          required
        />
        <Button type="submit" weight="primary" isBusy={call.isBusy || call.answer !== null}>
          {say('signUp.submit')}
        </Button>
      </form>
      <p className="page-or">
        <span>{say('common.or')}</span>
      </p>
      <div className="other-ways">
        <SocialButtons onProvider={onProvider} />
      </div>
      <p className="page-end">
        <Said words="signUp.have" to="log-in" />
      </p>
    </Page>
  );
}
