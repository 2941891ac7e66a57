// The links of a change of address: the one to the new address completes it, the one to the old address takes it back.
import { useState } from 'react';
import { ProblemError } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { takeFragmentToken } from '../components/fragment-token.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { LinkSpent } from './link-spent.tsx';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { useCall } from './use-call.ts';
import { useWords } from './use-words.ts';

/** The link to the old address says so; the server finds out by itself. */
const isUndoInFragment = () => new URLSearchParams(location.hash.slice(1)).get('undo') === 'true';

export function EmailConfirmPage({ settings }: HostedPageProps) {
  const { say } = useWords();
  const [words] = useState<'emailRevert' | 'emailConfirm'>(() => (isUndoInFragment() ? 'emailRevert' : 'emailConfirm'));
  const [token] = useState(takeFragmentToken);
  const call = useCall(() => api.accounts.email.confirm(token ?? ''));
  const isSpent = call.error instanceof ProblemError && call.error.code === 'invalid_link';
  if (token === null || isSpent) return <LinkSpent settings={settings} purpose="email" />;
  if (call.answer !== null) {
    // What the server did counts, whatever the address of the page was.
    const done = call.answer.isUndone ? 'emailRevert' : 'emailConfirm';
    return (
      <Page settings={settings} step="done" title={say(`${done}.doneTitle`)}>
        <p className="soft">{say(`${done}.doneText`)}</p>
        <p className="page-links">
          {done === 'emailConfirm' && <PageLink to="account">{say('emailConfirm.toAccount')}</PageLink>}
        </p>
      </Page>
    );
  }
  return (
    <Page settings={settings} title={say(`${words}.title`)}>
      <p className="soft">{say(`${words}.text`, { application: settings.application.name })}</p>
      {call.error !== null && <ProblemNotice error={call.error} />}
      <Button weight="primary" isBusy={call.isBusy} onClick={() => void call.send(undefined)}>
        {say(`${words}.submit`)}
      </Button>
    </Page>
  );
}
