// The email address and its change: it is only changed by a link in a mail to the new one.
import { useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { isToldByFields } from '../../components/problem-words.ts';
import { useStepUp } from '../step-up.tsx';
import { useCall } from '../use-call.ts';
import { useForm } from '../use-form.ts';
import { useWords } from '../use-words.ts';
import type { AccountPartProps } from './part-props.ts';
import { Setting, SettingActions } from './setting.tsx';

export function AddressSetting({ me }: Pick<AccountPartProps, 'me'>) {
  const { say } = useWords();
  const stepUp = useStepUp();
  const [isOpen, setOpen] = useState(false);
  const call = useCall((email: string) => stepUp(() => api.accounts.changeEmail(email)).then(() => email));
  const form = useForm((typed) => void call.send(formText(typed, 'newEmail')), call.error);
  const close = () => {
    call.forget();
    setOpen(false);
  };
  const value = (
    <>
      <bdi>{me.user.email}</bdi>
      {!me.user.emailVerified && (
        <span className="thing-mark" data-tone="warn">{` ${say('account.email.unverified')}`}</span>
      )}
    </>
  );
  return (
    <Setting
      label={say('account.email')}
      value={value}
      action={<Button onClick={() => setOpen(true)}>{say('account.change')}</Button>}
    >
      {isOpen && call.answer !== null && (
        <>
          <Notice tone="good" title={say('account.email.sent')}>
            {say('account.email.sent.about', { email: call.answer })}
          </Notice>
          <SettingActions cancel={say('account.close')} onCancel={close} />
        </>
      )}
      {isOpen && call.answer === null && (
        <form {...form.props}>
          {call.error !== null && !isToldByFields(call.error, ['newEmail']) && <ProblemNotice error={call.error} />}
          <TextField
            label={say('account.email.new')}
            name="newEmail"
            type="email"
            autoComplete="email"
            hint={say('account.email.about')}
            fault={form.faultOf('newEmail')}
            required
          />
          <SettingActions cancel={say('account.cancel')} onCancel={close}>
            <Button type="submit" weight="primary" isBusy={call.isBusy}>
              {say('account.email.send')}
            </Button>
          </SettingActions>
        </form>
      )}
    </Setting>
  );
}
