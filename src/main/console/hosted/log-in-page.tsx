// Logging in: by password, passkey, mail or another site; then the second factor, where there is one.
import { useState } from 'react';
import type { LoggedIn } from '../../client/index.ts';
import { leaveLoggedIn } from './arrive.ts';
import { CheckMail } from './check-mail.tsx';
import { LogInStart } from './log-in-start.tsx';
import { MailLogInStep } from './mail-log-in-step.tsx';
import type { HostedPageProps } from './page-props.ts';
import { type FactorAsked, factorAskedInFragment, SecondFactorStep } from './second-factor-step.tsx';
import { type AskingProvider, AskWhereStep } from './social-buttons.tsx';

type Stage =
  | { readonly at: 'start' }
  | { readonly at: 'mail'; readonly email: string }
  | { readonly at: 'provider'; readonly provider: AskingProvider }
  | { readonly at: 'factor'; readonly asked: FactorAsked }
  | { readonly at: 'unverified'; readonly email: string };

/** Whoever comes back from another site and has a second factor finds it asked for in the fragment. */
function firstStage(): Stage {
  const asked = factorAskedInFragment();
  return asked === null ? { at: 'start' } : { at: 'factor', asked };
}

export function LogInPage({ settings }: HostedPageProps) {
  const [stage, setStage] = useState(firstStage);
  const goOn = (answer: LoggedIn) => {
    if ('secondFactor' in answer) setStage({ at: 'factor', asked: answer.secondFactor });
    else void leaveLoggedIn();
  };
  const startAgain = () => setStage({ at: 'start' });
  switch (stage.at) {
    case 'factor':
      return (
        <SecondFactorStep
          settings={settings}
          asked={stage.asked}
          onSigned={() => void leaveLoggedIn()}
          onStartAgain={startAgain}
        />
      );
    case 'mail':
      return <MailLogInStep settings={settings} email={stage.email} onAnswer={goOn} onStartAgain={startAgain} />;
    case 'provider':
      return <AskWhereStep settings={settings} provider={stage.provider} onStartAgain={startAgain} />;
    case 'unverified':
      return <CheckMail settings={settings} email={stage.email} purpose="verify" />;
    case 'start':
      return (
        <LogInStart
          settings={settings}
          onAnswer={goOn}
          onMail={(email) => setStage({ at: 'mail', email })}
          onProvider={(provider) => setStage({ at: 'provider', provider })}
          onUnverified={(email) => setStage({ at: 'unverified', email })}
        />
      );
  }
}
