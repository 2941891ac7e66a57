// Which second factor: a passkey or an authenticator app, each with what speaks for it.
import type { ReactNode } from 'react';
import type { Factors, Settings, TotpSetUp } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { addressOf, goTo } from './address.ts';
import { Page } from './page.tsx';
import { createPasskey, hasPasskeys } from './passkey.ts';
import { useStepUp } from './step-up.tsx';
import { useCall } from './use-call.ts';
import { useWords, type Words } from './use-words.ts';
import './factors.css';

interface FactorChoiceProps {
  readonly settings: Settings;
  readonly factors: Factors;
  readonly onTotp: (setUp: TotpSetUp) => void;
  /** With recovery codes, where it is the first factor. */
  readonly onPasskey: (codes: readonly string[] | undefined) => void;
  readonly onLater: () => void;
}

async function addPasskey(): Promise<readonly string[] | undefined> {
  const { options } = await api.accounts.passkeys.registrationOptions();
  const { recoveryCodes } = await api.accounts.passkeys.add({ response: await createPasskey(options) });
  return recoveryCodes;
}

export function FactorChoice({ settings, factors, onTotp, onPasskey, onLater }: FactorChoiceProps) {
  const words = useWords();
  const { say } = words;
  const withProof = useStepUp();
  const totp = useCall(() => withProof(() => api.accounts.factors.beginTotp()), onTotp);
  const passkey = useCall(() => withProof(addPasskey), onPasskey);
  const problem = passkey.error ?? totp.error;
  const isDue = mustHaveNow(factors);
  return (
    <Page settings={settings} step="choice" title={say('setUp.title')}>
      <p className="soft">{reasonIn(words, factors, settings.application.name)}</p>
      {problem !== null && <ProblemNotice error={problem} />}
      <div className="choices">
        <Choice icon="key" title={say('setUp.passkeyTitle')} about={say('setUp.passkeyText')}>
          {settings.passkeys && hasPasskeys() ? (
            <Button weight="primary" isBusy={passkey.isBusy} onClick={() => void passkey.send(undefined)}>
              {say('setUp.passkeySubmit')}
            </Button>
          ) : (
            <p className="small soft">{say('setUp.noPasskeys')}</p>
          )}
        </Choice>
        {factors.totp === null && (
          <Choice icon="phone" title={say('setUp.totpTitle')} about={say('setUp.totpText')}>
            <Button isBusy={totp.isBusy} onClick={() => void totp.send(undefined)}>
              {say('setUp.totpSubmit')}
            </Button>
          </Choice>
        )}
      </div>
      <p className="page-end">{isDue ? <LogOut /> : <TextButton onPress={onLater}>{say('setUp.later')}</TextButton>}</p>
    </Page>
  );
}

function mustHaveNow({ isRequired, dueAt, totp, passkeys }: Factors): boolean {
  if (!isRequired || totp !== null || passkeys > 0) return false;
  return dueAt === null || Date.parse(dueAt) <= Date.now();
}

function reasonIn({ say, date }: Words, factors: Factors, application: string): string {
  if (!factors.isRequired || factors.totp !== null || factors.passkeys > 0) return say('setUp.optional');
  if (mustHaveNow(factors) || factors.dueAt === null) return say('setUp.required', { application });
  return say('setUp.dueIn', { application, date: date(factors.dueAt) });
}

interface ChoiceProps {
  readonly icon: IconName;
  readonly title: string;
  readonly about: string;
  readonly children: ReactNode;
}

function Choice({ icon, title, about, children }: ChoiceProps) {
  return (
    <section className="factor-way">
      <Icon name={icon} size={22} />
      <div>
        <h2>{title}</h2>
        <p className="soft">{about}</p>
        {children}
      </div>
    </section>
  );
}

/** The only way out for who must have one and wants none now. */
function LogOut() {
  const { say } = useWords();
  const call = useCall(
    () => api.accounts.logOut(),
    () => goTo(addressOf('log-in', null)),
  );
  return <TextButton onPress={() => void call.send(undefined)}>{say('account.logOut')}</TextButton>;
}

function TextButton({ onPress, children }: { readonly onPress: () => void; readonly children: ReactNode }) {
  return (
    <button type="button" className="page-text-button" onClick={onPress}>
      {children}
    </button>
  );
}
