// How far the chain is sealed, and the hash that proves it when it is kept elsewhere.
import { useQuery } from '@tanstack/react-query';
import type { AuditState } from '../../../client/audit.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Moment } from '../../components/moment.tsx';
import { countWords, plural } from '../../components/number-words.ts';
import { StatusWord } from '../../components/status-word.tsx';
import { auditStateQuery } from './audit.ts';

const SHOWN_HASH = 16;
/** It is sealed each second: more that wait than this means that it is not. */
const MANY_UNSEALED = 500;

export function ChainState({ isLive }: { readonly isLive: boolean }) {
  const state = useQuery(auditStateQuery(isLive));
  // The list below says what is wrong; a second notice of the same would help nobody.
  if (!state.data) return null;
  return <ChainWords state={state.data} />;
}

function ChainWords({ state: { sealed, unsealed } }: { readonly state: AuditState }) {
  const isBehind = unsealed >= MANY_UNSEALED;
  return (
    <p className="audit-state">
      <StatusWord tone={isBehind ? 'warn' : 'good'}>
        {sealed.seq === 0 ? 'Nothing sealed yet' : `Sealed up to No. ${countWords(sealed.seq)}`}
      </StatusWord>
      {sealed.at !== null && (
        <span>
          <Moment at={sealed.at} isShort />
          {sealed.isSigned ? ', signed with the server’s key' : ', not signed: the server has no key'}
        </span>
      )}
      {unsealed > 0 && <span>{plural(unsealed, 'event waits', 'events wait')} to be sealed</span>}
      {sealed.hash !== null && (
        <span>
          <code title={sealed.hash}>{sealed.hash.slice(0, SHOWN_HASH)}…</code>
          <CopyButton text={sealed.hash} label="Copy the hash of the last link" />
        </span>
      )}
    </p>
  );
}
