// Accounts elsewhere: those that are connected, and those that could be.
import { useState } from 'react';
import type { SocialIdentity, SocialProvider } from '../../../client/social.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { formText } from '../../components/form-text.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { useStepUp } from '../step-up.tsx';
import { useCall } from '../use-call.ts';
import { useForm } from '../use-form.ts';
import { useLoaded } from '../use-loaded.ts';
import { useWords } from '../use-words.ts';
import { Confirm } from './confirm.tsx';
import type { AccountPartProps } from './part-props.ts';
import { SettingActions } from './setting.tsx';
import { knownParts, Thing } from './thing.tsx';

const HERE = '/accounts/#connections';

const loadConnections = async (signal: AbortSignal) => {
  const [providers, identities] = await Promise.all([
    api.accounts.social.providers(signal),
    api.accounts.social.identities(signal),
  ]);
  return { identities, offered: connectable(providers, identities) };
};

/** One account at each site; several where each server is a site of its own. */
function connectable(
  providers: readonly SocialProvider[],
  identities: readonly SocialIdentity[],
): readonly SocialProvider[] {
  return providers.filter(({ id, asksFor }) => asksFor !== undefined || !identities.some((one) => one.provider === id));
}

export function ConnectionsPart({ settings }: AccountPartProps) {
  const { say } = useWords();
  const loaded = useLoaded(loadConnections);
  if (loaded.data === null) {
    return loaded.error === null ? (
      <LinesSkeleton lines={4} />
    ) : (
      <ProblemNotice error={loaded.error} onRetry={loaded.reload} />
    );
  }
  const { identities, offered } = loaded.data;
  if (identities.length === 0 && offered.length === 0) {
    return (
      <p className="account-nothing">
        {say('account.connections.nothing', { application: settings.application.name })}
      </p>
    );
  }
  return (
    <ul className="things">
      {identities.map((identity) => (
        <ConnectedItem key={identity.id} identity={identity} onChange={loaded.reload} />
      ))}
      {offered.map((provider) => (
        <OfferedItem key={provider.id} provider={provider} />
      ))}
    </ul>
  );
}

function ConnectedItem({ identity, onChange }: { readonly identity: SocialIdentity; readonly onChange: () => void }) {
  const { say, date } = useWords();
  const stepUp = useStepUp();
  const [isOpen, setOpen] = useState(false);
  const provider = identity.providerName;
  const unlink = useCall<undefined, unknown>(
    () => stepUp(() => api.accounts.social.unlink(identity.id)),
    () => {
      setOpen(false);
      onChange();
    },
  );
  return (
    <Thing
      icon="link"
      title={knownParts(provider, identity.instance)}
      about={[
        <bdi key="who">{identity.email ?? identity.name}</bdi>,
        say('account.connections.since', { date: date(identity.createdAt) }),
      ]}
      actions={
        <Button aria-label={say('account.connections.disconnectOne', { provider })} onClick={() => setOpen(true)}>
          {say('account.connections.disconnect')}
        </Button>
      }
    >
      {isOpen && (
        <Confirm
          about={say('account.connections.disconnect.about', { provider })}
          action={say('account.connections.disconnect')}
          call={unlink}
          onCancel={() => setOpen(false)}
        />
      )}
    </Thing>
  );
}

function OfferedItem({ provider }: { readonly provider: SocialProvider }) {
  const { say } = useWords();
  const stepUp = useStepUp();
  const [isAsking, setAsking] = useState(false);
  const { id, name, asksFor } = provider;
  const link = useCall(
    (asked: { readonly instance?: string; readonly handle?: string }) =>
      stepUp(() => api.accounts.social.link(id, { next: HERE, ...asked })),
    ({ url }) => location.assign(url),
  );
  const form = useForm((typed) => {
    const text = formText(typed, 'where');
    void link.send(asksFor === 'handle' ? { handle: text } : { instance: text });
  }, link.error);
  const isBusy = link.isBusy || link.answer !== null;
  return (
    <Thing
      icon="link"
      title={name}
      about={
        link.error !== null && !isAsking
          ? [<ProblemNotice key="problem" error={link.error} />]
          : [say('account.connections.none')]
      }
      actions={
        <Button
          isBusy={isBusy}
          aria-label={say('account.connections.connectOne', { provider: name })}
          onClick={() => (asksFor === undefined ? void link.send({}) : setAsking(true))}
        >
          {say('account.connections.connect')}
        </Button>
      }
    >
      {isAsking && asksFor !== undefined && (
        <form {...form.props}>
          {link.error !== null && <ProblemNotice error={link.error} />}
          <TextField
            label={say(`account.connections.${asksFor}`)}
            hint={say(`account.connections.${asksFor}.hint`)}
            name="where"
            dir="ltr"
            autoCapitalize="none"
            spellCheck={false}
            fault={form.faultOf('where')}
            autoFocus
            required
          />
          <SettingActions cancel={say('account.cancel')} onCancel={() => setAsking(false)}>
            <Button type="submit" weight="primary" isBusy={isBusy}>
              {say('account.connections.connect')}
            </Button>
          </SettingActions>
        </form>
      )}
    </Thing>
  );
}
