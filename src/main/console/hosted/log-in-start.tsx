// The first step of a log-in: the address and the password, and the ways that need none.
import { type ReactNode, useState } from 'react';
import { type LoggedIn, ProblemError, type Settings } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { PasswordField, TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Page, PageLink } from './page.tsx';
import { PageError } from './page-error.ts';
import { hasPasskeys } from './passkey.ts';
import { usePasskeyLogIn } from './passkey-log-in.ts';
import { Said } from './said.tsx';
import { type AskingProvider, SocialButtons } from './social-buttons.tsx';
import { type Call, useCall } from './use-call.ts';
import { useForm } from './use-form.ts';
import { useWords } from './use-words.ts';

interface LogInStartProps {
  readonly settings: Settings;
  readonly onAnswer: (answer: LoggedIn) => void;
  /** A mail to log in with is on its way. */
  readonly onMail: (email: string) => void;
  readonly onProvider: (provider: AskingProvider) => void;
  /** A mail to confirm the address is on its way. */
  readonly onUnverified: (email: string) => void;
}

/** What another site sent the visitor back with. */
function problemInAddress(): PageError | null {
  const code = new URLSearchParams(location.search).get('problem');
  return code === null ? null : new PageError(code);
}

export function LogInStart({ settings, onAnswer, onMail, onProvider, onUnverified }: LogInStartProps) {
  const { say } = useWords();
  const [brought] = useState(problemInAddress);
  const [email, setEmail] = useState('');
  const password = useCall(
    (form: FormData) =>
      api.accounts.logIn({ email: formText(form, 'email'), password: formText(form, 'password'), transport: 'cookie' }),
    onAnswer,
  );
  const passkey = usePasskeyLogIn(settings.passkeys, onAnswer);
  const resend = useCall(
    (address: string) => api.accounts.resendVerification(address).then(() => address),
    onUnverified,
  );
  const isUnverified = password.error instanceof ProblemError && password.error.code === 'email_not_verified';
  const isUntouched = password.error === null && passkey.error === null && !password.isBusy;
  const problem = password.error ?? passkey.error ?? resend.error ?? (isUntouched ? brought : null);
  return (
    <Page settings={settings} title={say('logIn.title')}>
      {problem !== null && <ProblemNotice error={problem} />}
      <PasswordForm call={password} email={email} onEmail={setEmail}>
        {isUnverified && (
          <Button isBusy={resend.isBusy} onClick={() => void resend.send(email)}>
            {say('logIn.confirmAgain')}
          </Button>
        )}
      </PasswordForm>
      <p className="page-links">
        <PageLink to="forgot-password">{say('logIn.forgot')}</PageLink>
      </p>
      <p className="page-or">
        <span>{say('common.or')}</span>
      </p>
      <OtherWays settings={settings} passkey={passkey} email={email} onMail={onMail} onProvider={onProvider} />
      <p className="page-end">
        <Said words="logIn.new" to="sign-up" />
      </p>
    </Page>
  );
}

interface PasswordFormProps {
  readonly call: Call<FormData, LoggedIn>;
  readonly email: string;
  readonly onEmail: (email: string) => void;
  readonly children: ReactNode;
}

function PasswordForm({ call, email, onEmail, children }: PasswordFormProps) {
  const { say } = useWords();
  const form = useForm((typed) => void call.send(typed), call.error);
  return (
    <form {...form.props}>
      <TextField
        label={say('common.email')}
        name="email"
        type="email"
        autoComplete="username webauthn"
        dir="ltr"
        fault={form.faultOf('email')}
        value={email}
        onChange={(event) => onEmail(event.target.value)}
        required
      />
      <PasswordField
        label={say('common.password')}
        name="password"
        autoComplete="current-password"
        fault={form.faultOf('password')}
        required
      />
      {/* While the log-in is done, the button keeps its place until the next page comes. */}
      <Button type="submit" weight="primary" isBusy={call.isBusy || call.answer !== null}>
        {say('common.logIn')}
      </Button>
      {children}
    </form>
  );
}

interface OtherWaysProps extends Pick<LogInStartProps, 'settings' | 'onMail' | 'onProvider'> {
  readonly passkey: ReturnType<typeof usePasskeyLogIn>;
  readonly email: string;
}

function OtherWays({ settings, passkey, email, onMail, onProvider }: OtherWaysProps) {
  const { say } = useWords();
  return (
    <div className="other-ways">
      {settings.passkeys && hasPasskeys() && (
        <Button icon="key" isBusy={passkey.isBusy} onClick={passkey.ask}>
          {say('logIn.byPasskey')}
        </Button>
      )}
      {settings.mailLogIn && (
        <Button icon="mail" onClick={() => onMail(email)}>
          {say('logIn.byMail')}
        </Button>
      )}
      <SocialButtons onProvider={onProvider} />
    </div>
  );
}
