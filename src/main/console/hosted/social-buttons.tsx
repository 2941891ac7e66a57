// Logging in by another site: a button for each, and a question where there are many sites of one kind.
import type { Settings, SocialProvider } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { formText } from '../components/form-text.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { wishedNext } from './next.ts';
import { Page } from './page.tsx';
import { useCall } from './use-call.ts';
import { useForm } from './use-form.ts';
import { useLoaded } from './use-loaded.ts';
import { useWords } from './use-words.ts';

/** One that has to be told where, such as a server of Mastodon. */
export type AskingProvider = SocialProvider & { readonly asksFor: 'instance' | 'handle' };

const loadProviders = (signal: AbortSignal) => api.accounts.social.providers(signal);

/** More than these, and their names stand side by side. */
const MAX_IN_COLUMN = 3;

/** What a provider may have asked for: which server, or who one is there. */
interface Choice {
  readonly id: string;
  readonly instance?: string;
  readonly handle?: string;
}

async function goToProvider({ id, instance, handle }: Choice) {
  const next = wishedNext();
  const said = { ...(instance && { instance }), ...(handle && { handle }) };
  const { url } = await api.accounts.social.start(id, { ...(next && { next }), ...said });
  location.assign(url);
  return true;
}

export function SocialButtons({ onProvider }: { readonly onProvider: (provider: AskingProvider) => void }) {
  const { say } = useWords();
  // Where they cannot be had, the other ways are there all the same.
  const providers = useLoaded(loadProviders).data ?? [];
  const start = useCall(goToProvider);
  const isMany = providers.length > MAX_IN_COLUMN;
  if (providers.length === 0) return null;
  return (
    <>
      <ul className="social-buttons" data-many={isMany || undefined}>
        {providers.map((provider) => {
          const label = say('logIn.by', { provider: provider.name });
          return (
            <li key={provider.id}>
              <Button
                aria-label={label}
                isBusy={start.isBusy || start.answer !== null}
                onClick={() => (isAsking(provider) ? onProvider(provider) : void start.send(provider))}
              >
                <bdi>{isMany ? provider.name : label}</bdi>
              </Button>
            </li>
          );
        })}
      </ul>
      {start.error !== null && <ProblemNotice error={start.error} />}
    </>
  );
}

function isAsking(provider: SocialProvider): provider is AskingProvider {
  return provider.asksFor !== undefined;
}

const questions = {
  instance: ['logIn.askInstance', 'logIn.askInstanceHint'],
  handle: ['logIn.askHandle', 'logIn.askHandleHint'],
} as const;

interface AskWhereStepProps {
  readonly settings: Settings;
  readonly provider: AskingProvider;
  readonly onStartAgain: () => void;
}

export function AskWhereStep({ settings, provider, onStartAgain }: AskWhereStepProps) {
  const { say } = useWords();
  const call = useCall((said: string) => goToProvider({ id: provider.id, [provider.asksFor]: said }));
  const form = useForm((typed) => void call.send(formText(typed, provider.asksFor)), call.error);
  const [label, hint] = questions[provider.asksFor];
  return (
    <Page settings={settings} step="where" title={say('logIn.by', { provider: provider.name })}>
      {call.error !== null && <ProblemNotice error={call.error} />}
      <form {...form.props}>
        <TextField
          label={say(label, { provider: provider.name })}
          hint={say(hint)}
          name={provider.asksFor}
          dir="ltr"
          autoCapitalize="none"
          spellCheck={false}
          fault={form.faultOf(provider.asksFor)}
          autoFocus
          required
        />
        <Button type="submit" weight="primary" isBusy={call.isBusy || call.answer !== null}>
          {say('common.continue')}
        </Button>
      </form>
      <p className="page-links">
        <button type="button" className="page-text-button" onClick={onStartAgain}>
          {say('common.back')}
        </button>
      </p>
    </Page>
  );
}
