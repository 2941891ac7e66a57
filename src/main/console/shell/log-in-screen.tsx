// The operator's log-in.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CredentialsNotice } from '../components/credentials-notice.tsx';
import { PasswordField, TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Door } from './door.tsx';
import { firstOperatorQuery, operatorKey, operatorQuery } from './operator.ts';

export function LogInScreen() {
  const { next } = useSearch({ from: '/log-in' });
  const navigate = useNavigate();
  const router = useRouter();
  const cache = useQueryClient();
  const operator = useQuery(operatorQuery());
  const firstOperator = useQuery(firstOperatorQuery());
  const logIn = useMutation({
    mutationFn: (form: FormData) =>
      api.accounts.logIn({ email: formText(form, 'email'), password: formText(form, 'password'), transport: 'cookie' }),
    // The effect below goes on as soon as somebody is known to be logged in.
    onSuccess: (answer) =>
      'session' in answer && cache.setQueryData(operatorKey(), { user: answer.user, session: answer.session }),
  });
  const isLoggedIn = Boolean(operator.data);
  useEffect(() => {
    if (!isLoggedIn) return;
    if (next) router.history.replace(`/console${next}`);
    else void navigate({ to: '/', replace: true });
  }, [isLoggedIn, next, router, navigate]);

  if (firstOperator.data?.needed) return <FirstOperatorNeeded />;
  return (
    <Door title="Log in">
      {firstOperator.isError && (
        <ProblemNotice error={firstOperator.error} onRetry={() => void firstOperator.refetch()} />
      )}
      {logIn.isError && <CredentialsNotice error={logIn.error} />}
      <form
        className="door-form"
        onSubmit={(event) => {
          event.preventDefault();
          logIn.mutate(new FormData(event.currentTarget));
        }}
      >
        <TextField label="Email address" name="email" type="email" autoComplete="username" required />
        <PasswordField label="Password" name="password" autoComplete="current-password" required />
        <Button type="submit" weight="primary" isBusy={logIn.isPending}>
          Log in
        </Button>
      </form>
      <p className="small">
        <a href="/accounts/forgot-password">Forgot the password</a>
      </p>
    </Door>
  );
}

function FirstOperatorNeeded() {
  return (
    <Door title="This server has no operator yet">
      <p className="soft">
        When it started, it printed a link in its terminal that makes the first operator’s account. Open that link; it
        works once, so that only whoever started the server can use it.
      </p>
      <p className="soft">
        No terminal at hand? On the server, <code>aquifer user create --operator --email you@example.com</code> does the
        same.
      </p>
    </Door>
  );
}
