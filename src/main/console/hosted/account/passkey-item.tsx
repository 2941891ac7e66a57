// One passkey: its name, where it is kept, when it was used; renamed and removed in its place.
import { useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { formText } from '../../components/form-text.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { isToldByFields } from '../../components/problem-words.ts';
import { useStepUp } from '../step-up.tsx';
import { useCall } from '../use-call.ts';
import { useForm } from '../use-form.ts';
import { useWords } from '../use-words.ts';
import { Confirm } from './confirm.tsx';
import { SettingActions } from './setting.tsx';
import { knownParts, Thing } from './thing.tsx';

export type Passkey = Awaited<ReturnType<typeof api.accounts.passkeys.list>>[number];

interface PasskeyItemProps {
  readonly passkey: Passkey;
  readonly onChange: () => void;
}

export function PasskeyItem({ passkey, onChange }: PasskeyItemProps) {
  const { say, date, ago } = useWords();
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const name = passkey.name || say('account.passkeys.unnamed');
  const used =
    passkey.lastUsedAt === null
      ? say('account.passkeys.unused')
      : say('account.passkeys.used', { when: ago(passkey.lastUsedAt, Date.now()) });
  return (
    <Thing
      icon="fingerprint"
      title={<bdi>{name}</bdi>}
      about={[
        knownParts(say('account.passkeys.added', { date: date(passkey.createdAt) }), used),
        say(passkey.isBackedUp ? 'account.passkeys.synced' : 'account.passkeys.bound'),
      ]}
      actions={
        <>
          <Button
            weight="quiet"
            aria-label={say('account.passkeys.renameOne', { name })}
            onClick={() => setOpen('rename')}
          >
            {say('account.passkeys.rename')}
          </Button>
          <Button
            weight="quiet"
            aria-label={say('account.passkeys.removeOne', { name })}
            onClick={() => setOpen('remove')}
          >
            {say('account.remove')}
          </Button>
        </>
      }
    >
      {open === 'rename' && <RenamePasskey passkey={passkey} onChange={onChange} onClose={close} />}
      {open === 'remove' && <RemovePasskey passkey={passkey} name={name} onChange={onChange} onClose={close} />}
    </Thing>
  );
}

function RenamePasskey({ passkey, onChange, onClose }: PasskeyItemProps & { readonly onClose: () => void }) {
  const { say } = useWords();
  const call = useCall(
    (typed: FormData) => api.accounts.passkeys.rename(passkey.id, formText(typed, 'name')),
    () => {
      onClose();
      onChange();
    },
  );
  const form = useForm((typed) => void call.send(typed), call.error);
  return (
    <form {...form.props}>
      {call.error !== null && !isToldByFields(call.error, ['name']) && <ProblemNotice error={call.error} />}
      <TextField
        label={say('account.passkeys.name')}
        name="name"
        maxLength={100}
        defaultValue={passkey.name}
        fault={form.faultOf('name')}
        autoFocus
        required
      />
      <SettingActions cancel={say('account.cancel')} onCancel={onClose}>
        <Button type="submit" weight="primary" isBusy={call.isBusy}>
          {say('account.save')}
        </Button>
      </SettingActions>
    </form>
  );
}

interface RemovePasskeyProps extends PasskeyItemProps {
  readonly name: string;
  readonly onClose: () => void;
}

function RemovePasskey({ passkey, name, onChange, onClose }: RemovePasskeyProps) {
  const { say } = useWords();
  const stepUp = useStepUp();
  const call = useCall<undefined, unknown>(
    () => stepUp(() => api.accounts.passkeys.remove(passkey.id)),
    () => {
      onClose();
      onChange();
    },
  );
  return (
    <Confirm
      about={say('account.passkeys.remove.about', { name })}
      action={say('account.remove')}
      call={call}
      onCancel={onClose}
    />
  );
}
