// The hosted pages as a whole: the application's name and colour, the visitor's language, and the page the address names.
import { useEffect } from 'react';
import { api } from '../api.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { accentColors, applyAccent } from './accent.ts';
import { AccountPage } from './account/account-page.tsx';
import { type HostedPage, pageOf, usePath } from './address.ts';
import { EmailConfirmPage } from './email-confirm-page.tsx';
import { ForgotPasswordPage } from './forgot-password-page.tsx';
import { LogInPage } from './log-in-page.tsx';
import { MailLogInPage } from './mail-log-in-page.tsx';
import { Page, PageLink } from './page.tsx';
import type { HostedPageProps } from './page-props.ts';
import { ProofNote } from './proof-note.tsx';
import { ResetPasswordPage } from './reset-password-page.tsx';
import { SetUpFactorPage } from './set-up-factor-page.tsx';
import { SignUpPage } from './sign-up-page.tsx';
import { StepUpProvider } from './step-up.tsx';
import { type Loading, useLoaded } from './use-loaded.ts';
import { useWords } from './use-words.ts';
import { VerifyPage } from './verify-page.tsx';
import { WordsProvider } from './words-provider.tsx';

function NotFoundPage({ settings }: HostedPageProps) {
  const { say } = useWords();
  return (
    <Page settings={settings} title={say('notFound.title')}>
      <p className="soft">{say('notFound.text')}</p>
      <p className="page-links">
        <PageLink to="log-in">{say('common.logIn')}</PageLink>
      </p>
    </Page>
  );
}

const pageComponents: Record<HostedPage, (props: HostedPageProps) => React.ReactNode> = {
  account: AccountPage,
  'sign-up': SignUpPage,
  'log-in': LogInPage,
  'mail-log-in': MailLogInPage,
  'forgot-password': ForgotPasswordPage,
  'reset-password': ResetPasswordPage,
  verify: VerifyPage,
  'set-up-factor': SetUpFactorPage,
  'email-confirm': EmailConfirmPage,
  'not-found': NotFoundPage,
};

const loadSettings = () => api.accounts.settings();

export function HostedApp() {
  const settings = useLoaded(loadSettings);
  const accent = settings.data?.application.accent;
  useEffect(() => {
    if (accent && accentColors(accent)) applyAccent(accent, document.documentElement);
  }, [accent]);
  // The words come at the same time as the settings; nothing is shown before both are there.
  return (
    <WordsProvider application={settings.data?.application.name ?? ''}>
      <StepUpProvider application={settings.data?.application.name ?? ''}>
        <CurrentPage settings={settings} />
      </StepUpProvider>
      <ProofNote />
    </WordsProvider>
  );
}

function CurrentPage({ settings }: { readonly settings: Loading<HostedPageProps['settings']> }) {
  const page = pageOf(usePath());
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
