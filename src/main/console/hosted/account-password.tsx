// Changing one's password: the old one, the new one, and what it does to other devices.
import { useRef } from 'react';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { PasswordField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { Notice } from '../components/notice.tsx';
import { passwordRule } from '../components/password-rule.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../components/problem-words.ts';
import { useCall } from './use-call.ts';

interface AccountPasswordProps {
  readonly minLength: number;
  /** For the browser's password manager, which asks whose password it is. */
  readonly email: string;
  readonly onChanged: () => void;
}

const fields = ['currentPassword', 'newPassword'];

export function AccountPassword({ minLength, email, onChanged }: AccountPasswordProps) {
  const form = useRef<HTMLFormElement>(null);
  const call = useCall(
    (typed: FormData) =>
      api.accounts.changePassword({
        currentPassword: formText(typed, 'currentPassword'),
        newPassword: formText(typed, 'newPassword'),
      }),
    () => {
      form.current?.reset();
      onChanged();
    },
  );
  return (
    <section className="page-part">
      <h2>Password</h2>
      {call.answer !== null && (
        <Notice tone="good" title="Your password is changed">
          You were logged out on every other device.
        </Notice>
      )}
      {call.error !== null && !isToldByFields(call.error, fields) && <ProblemNotice error={call.error} />}
      <form
        ref={form}
        className="page-form"
        onSubmit={(event) => {
          event.preventDefault();
          void call.send(new FormData(event.currentTarget));
        }}
      >
        <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
        <PasswordField
          label="Current password"
          name="currentPassword"
          autoComplete="current-password"
          fault={fieldFault(call.error, 'currentPassword')}
          required
        />
        <PasswordField
          label="New password"
          name="newPassword"
          autoComplete="new-password"
          minLength={minLength}
          hint={passwordRule(minLength)}
          fault={fieldFault(call.error, 'newPassword')}
          required
        />
        <Button type="submit" isBusy={call.isBusy}>
          Change the password
        </Button>
      </form>
    </section>
  );
}
