// After anything that sends a mail: where to look, and what to do when it does not come.
import type { Settings } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Page, PageLink } from './page.tsx';
import { Said } from './said.tsx';
import { useCall } from './use-call.ts';
import { useWords } from './use-words.ts';

interface CheckMailProps {
  readonly settings: Settings;
  readonly email: string;
  readonly purpose: 'verify' | 'reset';
}

export function CheckMail({ settings, email, purpose }: CheckMailProps) {
  const { say } = useWords();
  const again = useCall(() =>
    purpose === 'verify' ? api.accounts.resendVerification(email) : api.accounts.forgotPassword(email),
  );
  return (
    <Page settings={settings} step="check-mail" title={say('checkMail.title')}>
      <p className="soft">
        <Said words={`checkMail.${purpose}`} values={{ email }} />
      </p>
      <p className="soft">{say('checkMail.note')}</p>
      {again.answer !== null && <Notice tone="good" title={say('checkMail.sent')} />}
      {again.error !== null && <ProblemNotice error={again.error} />}
      <Button isBusy={again.isBusy} onClick={() => void again.send(undefined)}>
        {say('checkMail.again')}
      </Button>
      <p className="page-links">
        <PageLink to="log-in">{say('common.logIn')}</PageLink>
      </p>
    </Page>
  );
}
