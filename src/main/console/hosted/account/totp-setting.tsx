// The authenticator app: set up on a page of its own, turned off here.
import { useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { addressOf, followLink } from '../address.ts';
import { useStepUp } from '../step-up.tsx';
import { useCall } from '../use-call.ts';
import { useWords } from '../use-words.ts';
import { Confirm } from './confirm.tsx';
import { Setting } from './setting.tsx';

interface TotpSettingProps {
  /** Null while it is off. */
  readonly addedAt: string | null;
  readonly onChange: () => void;
}

export function TotpSetting({ addedAt, onChange }: TotpSettingProps) {
  const { say, date } = useWords();
  const stepUp = useStepUp();
  const [isOpen, setOpen] = useState(false);
  const remove = useCall<undefined, unknown>(
    () => stepUp(() => api.accounts.factors.removeTotp()),
    () => {
      setOpen(false);
      onChange();
    },
  );
  const action =
    addedAt === null ? (
      <a
        className="button"
        data-weight="plain"
        href={addressOf('set-up-factor', '/accounts/#security')}
        onClick={followLink}
      >
        {say('account.totp.setUp')}
      </a>
    ) : (
      <Button aria-label={say('account.totp.removeOne')} onClick={() => setOpen(true)}>
        {say('account.totp.remove')}
      </Button>
    );
  return (
    <Setting
      label={say('account.totp')}
      value={addedAt === null ? say('account.totp.off') : say('account.totp.on', { date: date(addedAt) })}
      about={say('account.totp.about')}
      action={action}
    >
      {isOpen && (
        <Confirm
          about={say('account.totp.remove.about')}
          action={say('account.totp.remove')}
          call={remove}
          onCancel={() => setOpen(false)}
        />
      )}
    </Setting>
  );
}
