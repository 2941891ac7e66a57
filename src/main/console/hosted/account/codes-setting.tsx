// Recovery codes: how many are left, and new ones.
import { useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { RecoveryCodes } from '../recovery-codes.tsx';
import { useStepUp } from '../step-up.tsx';
import { useCall } from '../use-call.ts';
import { useWords } from '../use-words.ts';
import { Confirm } from './confirm.tsx';
import type { AccountPartProps } from './part-props.ts';
import { Setting } from './setting.tsx';

interface CodesSettingProps extends Pick<AccountPartProps, 'settings' | 'me'> {
  readonly codes: { readonly left: number; readonly total: number } | null;
  readonly onChange: () => void;
}

export function CodesSetting({ settings, me, codes, onChange }: CodesSettingProps) {
  const { say } = useWords();
  const stepUp = useStepUp();
  const [isOpen, setOpen] = useState(false);
  const renew = useCall<undefined, { readonly codes: readonly string[] }>(() =>
    stepUp(() => api.accounts.factors.renewRecoveryCodes()),
  );
  const close = () => {
    setOpen(false);
    renew.forget();
    onChange();
  };
  return (
    <Setting
      label={say('account.codes')}
      value={codes === null ? say('account.codes.none') : say('account.codes.left', { ...codes })}
      about={say('account.codes.about')}
      action={codes !== null && <Button onClick={() => setOpen(true)}>{say('account.codes.renew')}</Button>}
    >
      {isOpen && renew.answer === null && (
        <Confirm
          about={say('account.codes.renew.about')}
          action={say('account.codes.renew')}
          call={renew}
          onCancel={() => setOpen(false)}
        />
      )}
      {isOpen && renew.answer !== null && (
        <RecoveryCodes
          codes={renew.answer.codes}
          application={settings.application.name}
          email={me.user.email}
          onKept={close}
        />
      )}
    </Setting>
  );
}
