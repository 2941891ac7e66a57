// One's own account: a list of its parts, and the part that the address names.
import { useEffect, useState } from 'react';
import { ProblemError } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Notice } from '../../components/notice.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { addressOf, goTo } from '../address.ts';
import { Page } from '../page.tsx';
import type { HostedPageProps } from '../page-props.ts';
import { useCall } from '../use-call.ts';
import { useLoaded } from '../use-loaded.ts';
import { useWords } from '../use-words.ts';
import { ActivityPart } from './activity-part.tsx';
import { ConnectionsPart } from './connections-part.tsx';
import { DataPart } from './data-part.tsx';
import { DevicesPart } from './devices-part.tsx';
import { ImpersonationBanner } from './impersonation-banner.tsx';
import { KeysPart } from './keys-part.tsx';
import { PartFrame } from './part-frame.tsx';
import type { AccountPartProps } from './part-props.ts';
import { type AccountPart, accountParts, addressOfPart, useAccountPart } from './parts.ts';
import { ProfilePart } from './profile-part.tsx';
import { SecurityPart } from './security-part.tsx';
import './account.css';

const loadMe = (signal: AbortSignal) => api.accounts.me(signal);

const partComponents: Record<AccountPart, (props: AccountPartProps) => React.ReactNode> = {
  profile: ProfilePart,
  security: SecurityPart,
  devices: DevicesPart,
  connections: ConnectionsPart,
  keys: KeysPart,
  activity: ActivityPart,
  data: DataPart,
};

const partIcons: Record<AccountPart, IconName> = {
  profile: 'user',
  security: 'rule',
  devices: 'screen',
  connections: 'link',
  keys: 'key',
  activity: 'clock',
  data: 'download',
};

export function AccountPage({ settings }: HostedPageProps) {
  const { say } = useWords();
  const me = useLoaded(loadMe);
  const [isDeleted, setDeleted] = useState(false);
  const isLoggedOut = me.error instanceof ProblemError && me.error.status === 401;
  useEffect(() => {
    if (isLoggedOut) goTo(addressOf('log-in', null));
  }, [isLoggedOut]);

  if (isDeleted) return <Deleted settings={settings} />;
  if (isLoggedOut || (me.data === null && me.error === null)) return null;
  if (me.data === null) {
    return (
      <Page settings={settings} title={say('account.title')}>
        <ProblemNotice error={me.error} onRetry={me.reload} />
      </Page>
    );
  }
  return <Account settings={settings} me={me.data} onChange={me.reload} onDeleted={() => setDeleted(true)} />;
}

function Deleted({ settings }: HostedPageProps) {
  const { say } = useWords();
  return (
    <Page settings={settings} title={say('account.deleted')} step="deleted">
      <p className="soft">{say('account.deleted.about')}</p>
    </Page>
  );
}

function Account({ settings, me, onChange, onDeleted }: AccountPartProps) {
  const { say, heedAccount } = useWords();
  useEffect(() => heedAccount(me.user.locale), [heedAccount, me.user.locale]);
  const part = useAccountPart();
  const [firstPart] = useState(part);
  const [hasMoved, setMoved] = useState(false);
  useEffect(() => {
    if (part !== firstPart) setMoved(true);
  }, [part, firstPart]);
  const Current = partComponents[part];
  return (
    <>
      {me.impersonator && (
        <ImpersonationBanner operator={me.impersonator.email} email={me.user.email} userId={me.user.id} />
      )}
      <Page settings={settings} title={say('account.title')}>
        <div className="account-who">
          <p className="soft">{me.user.email}</p>
          <LogOut />
        </div>
        {me.mustChangePassword && (
          <Notice tone="warn" title={say('account.password.must')}>
            {say('account.password.must.about')}{' '}
            <a className="account-link" href={addressOfPart('security')}>
              {say('account.password.change')}
            </a>
          </Notice>
        )}
        <div className="account">
          <PartList current={part} />
          <PartFrame key={part} part={part} takesFocus={hasMoved || part !== firstPart}>
            <Current settings={settings} me={me} onChange={onChange} onDeleted={onDeleted} />
          </PartFrame>
        </div>
      </Page>
    </>
  );
}

function PartList({ current }: { readonly current: AccountPart }) {
  const { say } = useWords();
  return (
    <nav className="account-parts" aria-label={say('account.parts')}>
      <ul>
        {accountParts.map((part) => (
          <li key={part}>
            <a
              href={addressOfPart(part)}
              aria-current={part === current ? 'page' : undefined}
              ref={part === current ? bringIntoSight : undefined}
            >
              <Icon name={partIcons[part]} />
              {say(`account.part.${part}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** On a phone the list is wider than the screen. */
function bringIntoSight(link: HTMLAnchorElement | null): void {
  const list = link?.closest('ul');
  if (!link || !list || list.scrollWidth <= list.clientWidth) return;
  const here = link.getBoundingClientRect();
  const all = list.getBoundingClientRect();
  list.scrollLeft += here.left + here.width / 2 - (all.left + all.width / 2);
}

function LogOut() {
  const { say } = useWords();
  const call = useCall(
    () => api.accounts.logOut(),
    () => goTo(addressOf('log-in', null)),
  );
  return (
    <>
      <button type="button" className="page-text-button" onClick={() => void call.send(undefined)}>
        {say('account.logOut')}
      </button>
      {call.error !== null && <ProblemNotice error={call.error} />}
    </>
  );
}
