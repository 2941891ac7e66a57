// The hosted pages as a whole: the application's name and colour, and the page the address names.
import { useEffect } from 'react';
import { api } from '../api.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { accentColors, applyAccent } from './accent.ts';
import { AccountPage } from './account-page.tsx';
import { type HostedPage, pageOf, usePath } from './address.ts';
import { ForgotPasswordPage } from './forgot-password-page.tsx';
import { LogInPage } from './log-in-page.tsx';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { ResetPasswordPage } from './reset-password-page.tsx';
import { SignUpPage } from './sign-up-page.tsx';
import { useLoaded } from './use-loaded.ts';
import { VerifyPage } from './verify-page.tsx';

function NotFoundPage({ settings }: HostedPageProps) {
  return (
    <Page settings={settings} title="There is no such page">
      <p className="soft">The address may be mistyped.</p>
      <p>
        <PageLink to="log-in">To the log-in</PageLink>
      </p>
    </Page>
  );
}

const pageComponents: Record<HostedPage, (props: HostedPageProps) => React.ReactNode> = {
  account: AccountPage,
  'sign-up': SignUpPage,
  'log-in': LogInPage,
  'forgot-password': ForgotPasswordPage,
  'reset-password': ResetPasswordPage,
  verify: VerifyPage,
  'not-found': NotFoundPage,
};

const loadSettings = () => api.accounts.settings();

export function HostedApp() {
  const settings = useLoaded(loadSettings);
  const page = pageOf(usePath());
  const accent = settings.data?.application.accent;
  useEffect(() => {
    if (accent && accentColors(accent)) applyAccent(accent, document.documentElement);
  }, [accent]);

  if (settings.error !== null) {
    return (
      <main className="page">
        <ProblemNotice error={settings.error} onRetry={settings.reload} />
      </main>
    );
  }
  // Settings come within a blink, and a page in another colour would flash: nothing is shown until then.
  if (settings.data === null) return null;
  const Current = pageComponents[page];
  return <Current key={page} settings={settings.data} />;
}
