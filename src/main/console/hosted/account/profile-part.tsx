// Name, language and address.
import { useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { formText, optionalFormText } from '../../components/form-text.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { isToldByFields } from '../../components/problem-words.ts';
import { useCall } from '../use-call.ts';
import { useForm } from '../use-form.ts';
import { useWords } from '../use-words.ts';
import { LANGUAGES, languageOf } from '../words/languages.ts';
import { AddressSetting } from './address-setting.tsx';
import type { AccountPartProps } from './part-props.ts';
import { Setting, SettingActions } from './setting.tsx';

export function ProfilePart({ me, onChange }: AccountPartProps) {
  return (
    <div className="settings">
      <NameSetting me={me} onChange={onChange} />
      <AddressSetting me={me} />
      <LanguageSetting onChange={onChange} />
    </div>
  );
}

function NameSetting({ me, onChange }: Pick<AccountPartProps, 'me' | 'onChange'>) {
  const { say } = useWords();
  const [isOpen, setOpen] = useState(false);
  const call = useCall(
    (form: FormData) => api.accounts.changeName(optionalFormText(form, 'name') ?? null),
    () => {
      setOpen(false);
      onChange();
    },
  );
  const form = useForm((typed) => void call.send(typed), call.error);
  return (
    <Setting
      label={say('account.name')}
      value={me.user.name === null ? say('account.name.none') : <bdi>{me.user.name}</bdi>}
      action={<Button onClick={() => setOpen(true)}>{say('account.change')}</Button>}
    >
      {isOpen && (
        <form {...form.props}>
          {call.error !== null && !isToldByFields(call.error, ['name']) && <ProblemNotice error={call.error} />}
          <TextField
            label={say('account.name.about')}
            name="name"
            autoComplete="name"
            maxLength={100}
            defaultValue={me.user.name ?? ''}
            fault={form.faultOf('name')}
          />
          <SettingActions cancel={say('account.cancel')} onCancel={() => setOpen(false)}>
            <Button type="submit" weight="primary" isBusy={call.isBusy}>
              {say('account.save')}
            </Button>
          </SettingActions>
        </form>
      )}
    </Setting>
  );
}

function LanguageSetting({ onChange }: Pick<AccountPartProps, 'onChange'>) {
  const { say, language, chooseLanguage } = useWords();
  const [isOpen, setOpen] = useState(false);
  const call = useCall(
    async (typed: FormData) => {
      const picked = languageOf(formText(typed, 'language'));
      if (picked === null) return;
      await api.accounts.changeMe({ locale: picked.code });
      chooseLanguage(picked.code);
    },
    () => {
      setOpen(false);
      onChange();
    },
  );
  const form = useForm((typed) => void call.send(typed), call.error);
  const options = LANGUAGES.map(({ code, name }) => ({ value: code, label: name }));
  return (
    <Setting
      label={say('account.language')}
      value={language.name}
      about={say('account.language.about')}
      action={<Button onClick={() => setOpen(true)}>{say('account.change')}</Button>}
    >
      {isOpen && (
        <form {...form.props}>
          {call.error !== null && <ProblemNotice error={call.error} />}
          <SelectField
            label={say('account.language')}
            isLabelHidden
            name="language"
            options={options}
            defaultValue={language.code}
          />
          <SettingActions cancel={say('account.cancel')} onCancel={() => setOpen(false)}>
            <Button type="submit" weight="primary" isBusy={call.isBusy}>
              {say('account.save')}
            </Button>
          </SettingActions>
        </form>
      )}
    </Setting>
  );
}
