// A forgotten password: ask for the mail that lets one choose a new one.
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { isToldByFields } from '../components/problem-words.ts';
import { CheckMail } from './check-mail.tsx';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';
import { useForm } from './use-form.ts';
import { useWords } from './use-words.ts';

export function ForgotPasswordPage({ settings }: HostedPageProps) {
  const { say } = useWords();
  const call = useCall((email: string) => api.accounts.forgotPassword(email).then(() => email));
  const form = useForm((typed) => void call.send(formText(typed, 'email')), call.error);
  if (call.answer !== null) return <CheckMail settings={settings} email={call.answer} purpose="reset" />;
  return (
    <Page settings={settings} title={say('forgot.title')}>
      <p className="soft">{say('forgot.text')}</p>
      {call.error !== null && !isToldByFields(call.error, ['email']) && <ProblemNotice error={call.error} />}
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
        <Button type="submit" weight="primary" isBusy={call.isBusy}>
          {say('forgot.submit')}
        </Button>
      </form>
      <p className="page-links">
        <PageLink to="log-in">{say('forgot.back')}</PageLink>
      </p>
    </Page>
  );
}
