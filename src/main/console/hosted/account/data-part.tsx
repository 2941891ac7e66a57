// One's own data: to take along, and to have deleted.
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
import type { AccountPartProps } from './part-props.ts';
import { saveFile } from './save-file.ts';
import { Setting, SettingActions } from './setting.tsx';

export function DataPart({ settings, me, onDeleted }: AccountPartProps) {
  return (
    <div className="settings">
      <ExportSetting application={settings.application.name} />
      <DeleteSetting email={me.user.email} onDeleted={onDeleted} />
    </div>
  );
}

function ExportSetting({ application }: { readonly application: string }) {
  const { say } = useWords();
  const stepUp = useStepUp();
  const call = useCall<undefined, true>(async () => {
    const data = await stepUp(() => api.accounts.exportMe());
    saveFile(`${application}.json`, JSON.stringify(data, null, 2), 'application/json');
    return true;
  });
  return (
    <Setting
      label={say('account.export')}
      value={
        <>
          {call.error !== null && <ProblemNotice error={call.error} />}
          <p>{say('account.export.about', { application })}</p>
          <p role="status" className="small">
            {call.answer === null ? '' : say('account.export.done')}
          </p>
        </>
      }
      action={
        <Button icon="download" isBusy={call.isBusy} onClick={() => void call.send(undefined)}>
          {say('account.download')}
        </Button>
      }
    />
  );
}

function DeleteSetting({ email, onDeleted }: { readonly email: string; readonly onDeleted: () => void }) {
  const { say } = useWords();
  const stepUp = useStepUp();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const call = useCall((address: string) => stepUp(() => api.accounts.deleteMe(address)), onDeleted);
  const form = useForm((sent) => void call.send(formText(sent, 'email')), call.error);
  const isSame = typed.trim().toLowerCase() === email.toLowerCase();
  return (
    <Setting
      label={say('account.delete')}
      value={say('account.delete.about')}
      action={<Button onClick={() => setOpen(true)}>{say('account.delete')}</Button>}
    >
      {isOpen && (
        <form {...form.props}>
          {call.error !== null && !isToldByFields(call.error, ['email']) && <ProblemNotice error={call.error} />}
          <TextField
            label={say('account.delete.type', { email })}
            name="email"
            dir="ltr"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            fault={form.faultOf('email')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            required
          />
          <SettingActions cancel={say('account.cancel')} onCancel={() => setOpen(false)}>
            <Button type="submit" weight="danger" disabled={!isSame} isBusy={call.isBusy}>
              {say('account.delete.button')}
            </Button>
          </SettingActions>
        </form>
      )}
    </Setting>
  );
}
