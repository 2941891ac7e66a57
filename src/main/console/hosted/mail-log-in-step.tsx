// Logging in by mail: ask for it, then type the code from it, or open its link in this browser.
import { useState } from 'react';
import type { LoggedIn, Settings } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { CodeField } from './code-field.tsx';
import { Page } from './page.tsx';
import { Said } from './said.tsx';
import { useCall } from './use-call.ts';
import { useForm } from './use-form.ts';
import { useWords } from './use-words.ts';

interface MailLogInStepProps {
  readonly settings: Settings;
  /** As typed before; may be empty. */
  readonly email: string;
  readonly onAnswer: (answer: LoggedIn) => void;
  readonly onStartAgain: () => void;
}

const ask = (email: string) => api.accounts.mailLogIn.request({ email, transport: 'cookie' }).then(() => email);

export function MailLogInStep({ settings, email, onAnswer, onStartAgain }: MailLogInStepProps) {
  const { say } = useWords();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const request = useCall(ask, setSentTo);
  const form = useForm((typed) => void request.send(formText(typed, 'email')), request.error);
  if (sentTo !== null) {
    return <CodeStep settings={settings} email={sentTo} onAnswer={onAnswer} onOtherAddress={() => setSentTo(null)} />;
  }
  return (
    <Page settings={settings} step="mail" title={say('mailLogIn.title')}>
      <p className="soft">{say('mailLogIn.text')}</p>
      {request.error !== null && <ProblemNotice error={request.error} />}
      <form {...form.props}>
        <TextField
          label={say('common.email')}
          name="email"
          type="email"
          autoComplete="username"
          dir="ltr"
          defaultValue={email}
          fault={form.faultOf('email')}
          autoFocus
          required
        />
        <Button type="submit" weight="primary" isBusy={request.isBusy}>
          {say('mailLogIn.send')}
        </Button>
      </form>
      <p className="page-end">
        <button type="button" className="page-text-button" onClick={onStartAgain}>
          {say('logIn.byPassword')}
        </button>
      </p>
    </Page>
  );
}

interface CodeStepProps {
  readonly settings: Settings;
  readonly email: string;
  readonly onAnswer: (answer: LoggedIn) => void;
  readonly onOtherAddress: () => void;
}

function CodeStep({ settings, email, onAnswer, onOtherAddress }: CodeStepProps) {
  const { say } = useWords();
  const call = useCall((code: string) => api.accounts.mailLogIn.byCode({ code, transport: 'cookie' }), onAnswer);
  const again = useCall(ask);
  const isBusy = call.isBusy || call.answer !== null;
  const form = useForm((typed) => void call.send(formText(typed, 'code').replaceAll(/\s/g, '')), call.error);
  const problem = call.error ?? again.error;
  return (
    <Page settings={settings} step="code" title={say('mailLogIn.sentTitle')}>
      <p className="soft">
        <Said words="mailLogIn.sentText" values={{ email }} />
      </p>
      {problem !== null && <ProblemNotice error={problem} />}
      <form {...form.props}>
        <CodeField label={say('mailLogIn.codeLabel')} fault={form.faultOf('code')} error={call.error} isBusy={isBusy} />
        <Button type="submit" weight="primary" isBusy={isBusy}>
          {say('common.logIn')}
        </Button>
      </form>
      <p className="soft page-note">{say('mailLogIn.sentNote')}</p>
      <p className="page-links">
        <button type="button" className="page-text-button" onClick={() => void again.send(email)}>
          {say('mailLogIn.again')}
        </button>
        <button type="button" className="page-text-button" onClick={onOtherAddress}>
          {say('mailLogIn.otherAddress')}
        </button>
        <span role="status">{again.answer === null ? '' : say('checkMail.sent')}</span>
      </p>
    </Page>
  );
}
