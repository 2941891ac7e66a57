// One entry of the activity: what was done, by whom if it was somebody else, when and from where.
import type { AuditEvent } from '../../../client/audit.ts';
import { deviceWords } from '../../components/device-words.ts';
import type { IconName } from '../../components/icon.tsx';
import { useWords } from '../use-words.ts';
import { didWords } from './did-words.ts';
import { knownParts, Thing } from './thing.tsx';

export function ActivityItem({ event }: { readonly event: AuditEvent }) {
  const words = useWords();
  const { say, language } = words;
  const isRefused = event.outcome === 'refused';
  const clock = new Intl.DateTimeFormat(language.locale, { hour: '2-digit', minute: '2-digit' });
  const by = byWhom(event.actor.kind);
  return (
    <Thing
      icon={iconOf(event.action)}
      title={didWords(event.action, words.sayIfKnown)}
      mark={by !== null ? say(by) : isRefused && say('account.activity.refused')}
      markTone={by !== null || isRefused ? 'warn' : 'plain'}
      about={[
        <span key="where" title={event.userAgent ?? undefined}>
          {knownParts(clock.format(new Date(event.at)), event.userAgent && deviceWords(event.userAgent), event.ip)}
        </span>,
        ...(typeof event.details.reason === 'string' ? [<q key="why">{event.details.reason}</q>] : []),
      ]}
    />
  );
}

function byWhom(actor: string) {
  if (actor === 'operator') return 'account.activity.byOperator';
  if (actor === 'api_key') return 'account.activity.byKey';
  return actor === 'system' ? 'account.activity.bySystem' : null;
}

function iconOf(action: string): IconName {
  if (/passkey/.test(action)) return 'fingerprint';
  if (/^(totp|recovery|factor|password)/.test(action)) return 'rule';
  if (/^api_key/.test(action)) return 'key';
  if (/^(social|identity)/.test(action)) return 'link';
  if (/^(email|mail)/.test(action)) return 'mail';
  return /^(log_in|log_out|session)/.test(action) ? 'screen' : 'user';
}
