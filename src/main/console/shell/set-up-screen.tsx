// The first operator's account, made with the one-time link from the terminal.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { PasswordField, TextField } from '../components/field.tsx';
import { formText, optionalFormText } from '../components/form-text.ts';
import { takeFragmentToken } from '../components/fragment-token.ts';
import { passwordRule } from '../components/password-rule.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../components/problem-words.ts';
import { Door } from './door.tsx';
import { operatorKey, settingsQuery } from './operator.ts';

export function SetUpScreen() {
  const [token] = useState(takeFragmentToken);
  if (token === null) return <LinkIncomplete />;
  return (
    <Door title="Welcome to your server">
      <p className="soft">
        Make the first operator’s account: the one that sees everything here and invites the others.
      </p>
      <SetUpForm token={token} />
    </Door>
  );
}

function useCreateFirstOperator(token: string) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (form: FormData) => {
      const name = optionalFormText(form, 'name');
      return api.accounts.operator.createFirst({
        token,
        email: formText(form, 'email'),
        password: formText(form, 'password'),
        transport: 'cookie',
        ...(name && { name }),
      });
    },
    onSuccess: ({ user, session }) => {
      cache.setQueryData(operatorKey(), { user, session, impersonator: null, mustChangePassword: false });
      void navigate({ to: '/' });
    },
  });
}

function SetUpForm({ token }: { readonly token: string }) {
  const settings = useQuery(settingsQuery());
  const create = useCreateFirstOperator(token);
  return (
    <>
      {create.isError && !isToldByFields(create.error, ['email', 'name', 'password']) && (
        <ProblemNotice error={create.error} />
      )}
      <form
        className="door-form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(new FormData(event.currentTarget));
        }}
      >
        <TextField
          label="Email address"
          name="email"
          type="email"
          autoComplete="username"
          fault={fieldFault(create.error, 'email')}
          required
        />
        <TextField
          label="Name (you may leave it out)"
          name="name"
          autoComplete="name"
          fault={fieldFault(create.error, 'name')}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="new-password"
          minLength={settings.data?.passwordMinLength}
          hint={passwordRule(settings.data?.passwordMinLength)}
          fault={fieldFault(create.error, 'password')}
          required
        />
        <Button type="submit" weight="primary" isBusy={create.isPending}>
          Create the account
        </Button>
      </form>
    </>
  );
}

function LinkIncomplete() {
  return (
    <Door title="This link is incomplete">
      <p className="soft">
        The part after “#token=” is missing. Copy the whole link from the server’s terminal; it works once. If an
        operator exists already, <a href="/console/log-in">log in</a>.
      </p>
    </Door>
  );
}
