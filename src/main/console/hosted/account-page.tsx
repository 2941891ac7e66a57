// One's own account: name, password, and where one is logged in.
import { useEffect, useState } from 'react';
import { ProblemError, type User } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { formText, optionalFormText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../components/problem-words.ts';
import { AccountPassword } from './account-password.tsx';
import { AccountSessions } from './account-sessions.tsx';
import { addressOf, goTo } from './address.ts';
import { Page } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';
import { useLoaded } from './use-loaded.ts';

const loadMe = (signal: AbortSignal) => api.accounts.me(signal);

export function AccountPage({ settings }: HostedPageProps) {
  const me = useLoaded(loadMe);
  // A changed password ends the other sessions: the list below it is asked for again.
  const [passwordChanges, setPasswordChanges] = useState(0);
  const isLoggedOut = me.error instanceof ProblemError && me.error.status === 401;
  useEffect(() => {
    if (isLoggedOut) goTo(addressOf('log-in', null));
  }, [isLoggedOut]);

  if (isLoggedOut || (me.data === null && me.error === null)) return null;
  if (me.data === null) {
    return (
      <Page settings={settings} title="Your account">
        <ProblemNotice error={me.error} onRetry={me.reload} />
      </Page>
    );
  }
  return (
    <Page settings={settings} title="Your account">
      <div className="page-head">
        <p className="soft">{me.data.user.email}</p>
        <LogOut />
      </div>
      <AccountName user={me.data.user} />
      <AccountPassword
        minLength={settings.passwordMinLength}
        email={me.data.user.email}
        onChanged={() => setPasswordChanges(passwordChanges + 1)}
      />
      <AccountSessions key={passwordChanges} />
    </Page>
  );
}

function LogOut() {
  const call = useCall(
    () => api.accounts.logOut(),
    () => goTo(addressOf('log-in', null)),
  );
  return (
    <>
      <button type="button" className="page-text-button" onClick={() => void call.send(undefined)}>
        Log out
      </button>
      {call.error !== null && <ProblemNotice error={call.error} />}
    </>
  );
}

function AccountName({ user }: { readonly user: User }) {
  const call = useCall((form: FormData) => api.accounts.changeName(optionalFormText(form, 'name') ?? null));
  const [typed, setTyped] = useState(user.name ?? '');
  const saved = call.answer?.user ?? user;
  const isChanged = typed.trim() !== (saved.name ?? '');
  return (
    <section className="page-part">
      <h2>Name</h2>
      {call.error !== null && !isToldByFields(call.error, ['name']) && <ProblemNotice error={call.error} />}
      <form
        className="page-form"
        onSubmit={(event) => {
          event.preventDefault();
          setTyped(formText(new FormData(event.currentTarget), 'name'));
          void call.send(new FormData(event.currentTarget));
        }}
      >
        <TextField
          label="What you are called here"
          name="name"
          autoComplete="name"
          maxLength={100}
          value={typed}
          hint={call.answer && !isChanged ? 'Saved.' : undefined}
          fault={fieldFault(call.error, 'name')}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" disabled={!isChanged} isBusy={call.isBusy}>
          Save the name
        </Button>
      </form>
    </section>
  );
}
