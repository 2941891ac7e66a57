// Password, passkeys, authenticator app and recovery codes, below a sentence that says how well they protect together.
import { useState } from 'react';
import { api } from '../../api.ts';
import { Icon } from '../../components/icon.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { RecoveryCodes } from '../recovery-codes.tsx';
import { useLoaded } from '../use-loaded.ts';
import { useWords } from '../use-words.ts';
import { CodesSetting } from './codes-setting.tsx';
import type { AccountPartProps } from './part-props.ts';
import { PasskeyList } from './passkey-list.tsx';
import { PasswordSetting } from './password-setting.tsx';
import { type ShieldState, shieldOf } from './shield.ts';
import { TotpSetting } from './totp-setting.tsx';

const loadFactors = (signal: AbortSignal) => api.accounts.factors.get(signal);

export function SecurityPart({ settings, me, onChange }: AccountPartProps) {
  const factors = useLoaded(loadFactors);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const renew = () => {
    factors.reload();
    onChange();
  };
  if (factors.data === null) {
    return factors.error === null ? (
      <LinesSkeleton lines={6} />
    ) : (
      <ProblemNotice error={factors.error} onRetry={factors.reload} />
    );
  }
  if (codes !== null) {
    return (
      <RecoveryCodes
        codes={codes}
        application={settings.application.name}
        email={me.user.email}
        onKept={() => setCodes(null)}
      />
    );
  }
  return (
    <>
      <Shield state={shieldOf(factors.data)} />
      <div className="settings">
        <PasskeyList onChange={renew} onCodes={setCodes} />
        <TotpSetting addedAt={factors.data.totp?.addedAt ?? null} onChange={renew} />
        <CodesSetting settings={settings} me={me} codes={factors.data.recoveryCodes} onChange={renew} />
        <PasswordSetting settings={settings} me={me} hasPassword={factors.data.hasPassword} onChange={renew} />
      </div>
    </>
  );
}

function Shield({ state }: { readonly state: ShieldState }) {
  const { say, date } = useWords();
  const values = {
    date: state.kind === 'due' ? date(state.dueAt) : '',
    left: state.kind === 'fewCodes' ? state.left : 0,
  };
  const isStrong = state.kind === 'strong';
  return (
    <div className="shield" data-tone={isStrong ? 'good' : 'warn'} role="status">
      <Icon name={isStrong ? 'rule' : 'alert'} size={22} />
      <div>
        <p className="shield-title">{say(`account.shield.${state.kind}`, values)}</p>
        <p>{say(`account.shield.${state.kind}.about`)}</p>
      </div>
    </div>
  );
}
