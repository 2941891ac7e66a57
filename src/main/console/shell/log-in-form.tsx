// The first step of an operator's log-in.
import { useMutation } from '@tanstack/react-query';
import type { LoggedIn } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CredentialsNotice } from '../components/credentials-notice.tsx';
import { PasswordField, TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { hasPasskeys as knowsPasskeys } from '../hosted/passkey.ts';
import { usePasskeyLogIn } from '../hosted/passkey-log-in.ts';

interface LogInFormProps {
  /** False where they cannot work, as at an address without a name. */
  readonly hasPasskeys: boolean;
  readonly onAnswer: (answer: LoggedIn) => void;
}

export function LogInForm({ hasPasskeys, onAnswer }: LogInFormProps) {
  const logIn = useMutation({
    mutationFn: (form: FormData) =>
      api.accounts.logIn({ email: formText(form, 'email'), password: formText(form, 'password'), transport: 'cookie' }),
    onSuccess: onAnswer,
  });
  const isOffered = hasPasskeys && knowsPasskeys();
  const passkey = usePasskeyLogIn(isOffered, onAnswer);
  return (
    <>
      {logIn.isError && <CredentialsNotice error={logIn.error} />}
      {!logIn.isError && passkey.error !== null && <ProblemNotice error={passkey.error} />}
      <form
        className="door-form"
        onSubmit={(event) => {
          event.preventDefault();
          logIn.mutate(new FormData(event.currentTarget));
        }}
      >
        <TextField label="Email address" name="email" type="email" autoComplete="username webauthn" required />
        <PasswordField label="Password" name="password" autoComplete="current-password" required />
        <Button type="submit" weight="primary" isBusy={logIn.isPending}>
          Log in
        </Button>
      </form>
      {isOffered && (
        <Button icon="key" isBusy={passkey.isBusy} onClick={passkey.ask}>
          Log in with a passkey
        </Button>
      )}
      <p className="small">
        <a href="/accounts/forgot-password">Forgot the password</a>
      </p>
    </>
  );
}
