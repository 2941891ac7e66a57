// A link that does not work any more, and how to get one that does.
import type { Settings } from '../../client/index.ts';
import type { HostedPage } from './address.ts';
import { Page, PageLink } from './page.tsx';
import { useWords } from './use-words.ts';
import type { WordKey } from './words/catalogues.ts';

type Purpose = 'verify' | 'reset' | 'mail-log-in' | 'email';

interface LinkSpentProps {
  readonly settings: Settings;
  readonly purpose: Purpose;
}

interface Advice {
  readonly why: WordKey;
  readonly also?: WordKey;
  readonly ways: readonly (readonly [to: HostedPage, words: WordKey])[];
}

const advices: Record<Purpose, Advice> = {
  verify: { why: 'linkSpent.text', also: 'linkSpent.verify', ways: [['log-in', 'common.logIn']] },
  reset: {
    why: 'linkSpent.text',
    ways: [
      ['forgot-password', 'linkSpent.again'],
      ['log-in', 'common.logIn'],
    ],
  },
  'mail-log-in': { why: 'mailLogIn.spentText', ways: [['log-in', 'common.logIn']] },
  email: { why: 'emailConfirm.spentText', ways: [['account', 'emailConfirm.toAccount']] },
};

export function LinkSpent({ settings, purpose }: LinkSpentProps) {
  const { say } = useWords();
  const { why, also, ways } = advices[purpose];
  return (
    <Page settings={settings} step="spent" title={say('linkSpent.title')}>
      <p className="soft">{say(why)}</p>
      {also && <p className="soft">{say(also)}</p>}
      <p className="page-links">
        {ways.map(([to, words]) => (
          <PageLink key={to} to={to}>
            {say(words)}
          </PageLink>
        ))}
      </p>
    </Page>
  );
}
