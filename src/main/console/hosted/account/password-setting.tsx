// Changing one's password: the old one, the new one, and what it does to other devices.
import { useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { PasswordField } from '../../components/field.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { isToldByFields } from '../../components/problem-words.ts';
import { addressOf, followLink } from '../address.ts';
import { useCall } from '../use-call.ts';
import { useForm } from '../use-form.ts';
import { useWords } from '../use-words.ts';
import type { AccountPartProps } from './part-props.ts';
import { Setting, SettingActions } from './setting.tsx';

const fields = ['currentPassword', 'newPassword'];

interface PasswordSettingProps extends Pick<AccountPartProps, 'settings' | 'me' | 'onChange'> {
  /** False for who logs in by mail, passkey or another site alone. */
  readonly hasPassword: boolean;
}

export function PasswordSetting(props: PasswordSettingProps) {
  return props.hasPassword ? <ChangePassword {...props} /> : <NoPassword />;
}

/** One is set as a forgotten one is: by a link in a mail, which proves that the address is still one's own. */
function NoPassword() {
  const { say } = useWords();
  return (
    <Setting
      label={say('account.password')}
      value={say('account.password.none')}
      action={
        <a className="button" data-weight="plain" href={addressOf('forgot-password', null)} onClick={followLink}>
          {say('account.password.choose')}
        </a>
      }
    />
  );
}

function ChangePassword({ settings, me, onChange }: PasswordSettingProps) {
  const { say } = useWords();
  const [step, setStep] = useState<'closed' | 'open' | 'changed'>('closed');
  return (
    <>
      {step === 'changed' && <Notice tone="good" title={say('account.password.changed')} />}
      <Setting
        label={say('account.password')}
        value={say('account.password.about')}
        action={<Button onClick={() => setStep('open')}>{say('account.change')}</Button>}
      >
        {step === 'open' && (
          <PasswordForm
            minLength={settings.passwordMinLength}
            email={me.user.email}
            onChanged={() => {
              setStep('changed');
              onChange();
            }}
            onCancel={() => setStep('closed')}
          />
        )}
      </Setting>
    </>
  );
}

interface PasswordFormProps {
  readonly minLength: number;
  /** For the browser's password manager, which asks whose password it is. */
  readonly email: string;
  readonly onChanged: () => void;
  readonly onCancel: () => void;
}

function PasswordForm({ minLength, email, onChanged, onCancel }: PasswordFormProps) {
  const { say } = useWords();
  const call = useCall(
    (typed: FormData) =>
      api.accounts.changePassword({
        currentPassword: formText(typed, 'currentPassword'),
        newPassword: formText(typed, 'newPassword'),
      }),
    onChanged,
  );
  const form = useForm((typed) => void call.send(typed), call.error);
  return (
    <form {...form.props}>
      {call.error !== null && !isToldByFields(call.error, fields) && <ProblemNotice error={call.error} />}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label={say('account.password.current')}
        name="currentPassword"
        autoComplete="current-password"
        fault={form.faultOf('currentPassword')}
        required
      />
      <PasswordField
        label={say('account.password.new')}
        name="newPassword"
        autoComplete="new-password"
        minLength={minLength}
        hint={say('common.passwordRule', { count: minLength })}
        fault={form.faultOf('newPassword')}
        required
      />
      <SettingActions cancel={say('account.cancel')} onCancel={onCancel}>
        <Button type="submit" weight="primary" isBusy={call.isBusy}>
          {say('account.password.change')}
        </Button>
      </SettingActions>
    </form>
  );
}
