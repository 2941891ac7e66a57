// A link that does not work any more, and how to get one that does.
import type { Settings } from '../../client/index.ts';
import { Page, PageLink } from './page.tsx';

interface LinkSpentProps {
  readonly settings: Settings;
  readonly purpose: 'verify' | 'reset';
}

export function LinkSpent({ settings, purpose }: LinkSpentProps) {
  return (
    <Page settings={settings} title="This link does not work">
      <p className="soft">
        It was used already, it is too old, a newer one was sent, or a part of it got lost on the way.
      </p>
      {purpose === 'verify' && (
        <p className="soft">
          Perhaps your address is confirmed already: try to log in. If not, you can ask for a new mail there.
        </p>
      )}
      <p className="page-links">
        {purpose === 'reset' && <PageLink to="forgot-password">Ask for a new link</PageLink>}
        <PageLink to="log-in">Log in</PageLink>
      </p>
    </Page>
  );
}
