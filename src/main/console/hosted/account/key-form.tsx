// A new key: what it is for, what it may do, and how long.

import type { MadeApiKey } from '../../../client/api-keys.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { isToldByFields } from '../../components/problem-words.ts';
import { useStepUp } from '../step-up.tsx';
import { useCall } from '../use-call.ts';
import { useForm } from '../use-form.ts';
import { useLoaded } from '../use-loaded.ts';
import { useWords } from '../use-words.ts';
import { readKey } from './read-key.ts';
import { SettingActions } from './setting.tsx';

const spans = [7, 30, 90, 365];
const SUGGESTED_DAYS = 90;

interface KeyFormProps {
  /** Operators can give a key what only they may do. */
  readonly isOperator: boolean;
  readonly onMade: (made: MadeApiKey) => void;
  readonly onCancel: () => void;
}

const loadScopes = (signal: AbortSignal) => api.accounts.roles.permissions(signal);

export function KeyForm({ isOperator, onMade, onCancel }: KeyFormProps) {
  const { say, language } = useWords();
  const stepUp = useStepUp();
  const scopes = useLoaded(loadScopes);
  const create = useCall(
    (typed: FormData) => stepUp(() => api.accounts.apiKeys.create(readKey(typed, Date.now()))),
    onMade,
  );
  const offered = scopes.data?.filter(({ kind }) => kind === 'own' || isOperator);
  const form = useForm((typed) => void create.send(typed), create.error);
  const days = spans.map((count) => ({ value: String(count), label: say('account.keys.daysCount', { days: count }) }));
  return (
    <form {...form.props} className="page-form key-form">
      {create.error !== null && !isToldByFields(create.error, ['name', 'scopes']) && (
        <ProblemNotice error={create.error} />
      )}
      <TextField
        label={say('account.keys.name')}
        hint={say('account.keys.name.hint')}
        name="name"
        maxLength={100}
        autoComplete="off"
        fault={form.faultOf('name')}
        autoFocus
        required
      />
      <fieldset className="key-scopes">
        <legend className="field-label">{say('account.keys.scopes')}</legend>
        {scopes.error !== null && <ProblemNotice error={scopes.error} onRetry={scopes.reload} />}
        {offered?.map(({ name, about }) => (
          <label key={name} className="key-scope">
            <input type="checkbox" name="scopes" value={name} />
            <span>
              <code dir="ltr">{name}</code>
              {about !== null && language.code === 'en' && <span className="small faint">{about}</span>}
            </span>
          </label>
        ))}
        {form.faultOf('scopes') && (
          <p className="field-fault" role="alert">
            {form.faultOf('scopes')}
          </p>
        )}
      </fieldset>
      <SelectField label={say('account.keys.days')} name="days" options={days} defaultValue={String(SUGGESTED_DAYS)} />
      <SettingActions cancel={say('account.cancel')} onCancel={onCancel}>
        <Button type="submit" weight="primary" isBusy={create.isBusy}>
          {say('account.keys.create')}
        </Button>
      </SettingActions>
    </form>
  );
}
