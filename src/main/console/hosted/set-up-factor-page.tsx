// Setting up a second factor, whether the account must have one or its owner wants it: choose, confirm, keep the codes.
import { useEffect, useState } from 'react';
import { type Factors, ProblemError, type TotpSetUp, type User } from '../../client/index.ts';
import { api } from '../api.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { addressOf, goTo } from './address.ts';
import { FactorChoice } from './factor-choice.tsx';
import { leaveTo, wishedNext } from './next.ts';
import { Page } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { TotpStep } from './totp-step.tsx';
import { useLoaded } from './use-loaded.ts';
import { useWords } from './use-words.ts';

async function load(signal: AbortSignal) {
  const [factors, me] = await Promise.all([api.accounts.factors.get(signal), api.accounts.me(signal)]);
  return { factors, user: me.user };
}

export function SetUpFactorPage({ settings }: HostedPageProps) {
  const { say } = useWords();
  const { data, error, reload } = useLoaded(load);
  const isLoggedOut = error instanceof ProblemError && error.status === 401;
  useEffect(() => {
    if (isLoggedOut) goTo(addressOf('log-in', addressOf('set-up-factor', wishedNext())));
  }, [isLoggedOut]);
  if (data !== null) return <SetUp settings={settings} factors={data.factors} user={data.user} />;
  if (error === null || isLoggedOut) return null;
  return (
    <Page settings={settings} title={say('setUp.title')}>
      <ProblemNotice error={error} onRetry={reload} />
    </Page>
  );
}

interface SetUpProps extends HostedPageProps {
  readonly factors: Factors;
  readonly user: User;
}

type Stage =
  | { readonly at: 'choice' }
  | { readonly at: 'totp'; readonly setUp: TotpSetUp }
  | { readonly at: 'codes'; readonly codes: readonly string[] };

function SetUp({ settings, factors, user }: SetUpProps) {
  const { say, heedAccount } = useWords();
  useEffect(() => heedAccount(user.locale), [heedAccount, user.locale]);
  const [stage, setStage] = useState<Stage>({ at: 'choice' });
  const application = settings.application.name;
  const leave = () => leaveTo(wishedNext());
  // Codes come with the first factor alone: whoever has some goes back to where he came from.
  const finish = (codes: readonly string[] | undefined) => {
    if (codes) setStage({ at: 'codes', codes });
    else leave();
  };
  if (stage.at === 'totp') {
    return (
      <TotpStep settings={settings} setUp={stage.setUp} onDone={finish} onOtherWay={() => setStage({ at: 'choice' })} />
    );
  }
  if (stage.at === 'codes') {
    return (
      <Page settings={settings} step="codes" title={say('codes.title')}>
        <RecoveryCodes codes={stage.codes} application={application} email={user.email} onKept={leave} />
      </Page>
    );
  }
  return (
    <FactorChoice
      settings={settings}
      factors={factors}
      onTotp={(setUp) => setStage({ at: 'totp', setUp })}
      onPasskey={finish}
      onLater={leave}
    />
  );
}
