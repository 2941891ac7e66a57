// Keys for one's own programs: made, shown once, and deleted.
import { useState } from 'react';
import type { ApiKey } from '../../../client/api-keys.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { useStepUp } from '../step-up.tsx';
import { useCall } from '../use-call.ts';
import { useLoaded } from '../use-loaded.ts';
import { useWords } from '../use-words.ts';
import { Confirm } from './confirm.tsx';
import { KeyForm } from './key-form.tsx';
import type { AccountPartProps } from './part-props.ts';
import { knownParts, Thing } from './thing.tsx';

const loadKeys = (signal: AbortSignal) => api.accounts.apiKeys.list(signal);

interface ShownKey {
  readonly name: string;
  readonly key: string;
}

export function KeysPart({ me }: AccountPartProps) {
  const { say } = useWords();
  const keys = useLoaded(loadKeys);
  const [isMaking, setMaking] = useState(false);
  const [shown, setShown] = useState<ShownKey | null>(null);
  if (keys.data === null) {
    return keys.error === null ? (
      <LinesSkeleton lines={4} />
    ) : (
      <ProblemNotice error={keys.error} onRetry={keys.reload} />
    );
  }
  return (
    <>
      {shown && <NewKey shown={shown} onKept={() => setShown(null)} />}
      {isMaking && (
        <KeyForm
          isOperator={me.user.role === 'operator'}
          onMade={(made) => {
            setMaking(false);
            setShown({ name: made.apiKey.name, key: made.key });
            keys.reload();
          }}
          onCancel={() => setMaking(false)}
        />
      )}
      {!isMaking && !shown && (
        <div>
          <Button icon="plus" onClick={() => setMaking(true)}>
            {say('account.keys.create')}
          </Button>
        </div>
      )}
      {keys.data.length === 0 && !shown && !isMaking && <p className="account-nothing">{say('account.keys.none')}</p>}
      <ul className="things">
        {keys.data.map((key) => (
          <KeyItem key={key.id} apiKey={key} onChange={keys.reload} />
        ))}
      </ul>
    </>
  );
}

/** The only time that the key is seen. */
function NewKey({ shown, onKept }: { readonly shown: ShownKey; readonly onKept: () => void }) {
  const { say } = useWords();
  return (
    <section className="key-new" role="status">
      <h3>{say('account.keys.made', { name: shown.name })}</h3>
      <p className="soft">{say('account.keys.once')}</p>
      <div className="key-shown" dir="ltr">
        <code>{shown.key}</code>
        <CopyButton text={shown.key} label={say('account.copy')} />
      </div>
      <div>
        <Button weight="primary" onClick={onKept}>
          {say('account.keys.copied')}
        </Button>
      </div>
    </section>
  );
}

function KeyItem({ apiKey, onChange }: { readonly apiKey: ApiKey; readonly onChange: () => void }) {
  const { say, date, ago } = useWords();
  const stepUp = useStepUp();
  const [isOpen, setOpen] = useState(false);
  const remove = useCall<undefined, unknown>(
    () => stepUp(() => api.accounts.apiKeys.delete(apiKey.id)),
    () => {
      setOpen(false);
      onChange();
    },
  );
  const nowMs = Date.now();
  const isOver = Date.parse(apiKey.expiresAt) <= nowMs;
  const { name } = apiKey;
  return (
    <Thing
      icon="key"
      title={<bdi>{name}</bdi>}
      mark={isOver && say('account.keys.expired', { date: date(apiKey.expiresAt) })}
      markTone="warn"
      about={[
        <>
          <code dir="ltr">{apiKey.hint}…</code> <span dir="ltr">{apiKey.scopes.join(', ')}</span>
        </>,
        knownParts(
          apiKey.lastUsedAt === null
            ? say('account.keys.unused')
            : say('account.keys.used', { when: ago(apiKey.lastUsedAt, nowMs) }),
          apiKey.lastUsedIp,
          !isOver && say('account.keys.expires', { date: date(apiKey.expiresAt) }),
        ),
      ]}
      actions={
        <Button weight="quiet" aria-label={say('account.keys.deleteOne', { name })} onClick={() => setOpen(true)}>
          {say('account.keys.delete')}
        </Button>
      }
    >
      {isOpen && (
        <Confirm
          about={say('account.keys.delete.about', { name })}
          action={say('account.keys.delete')}
          call={remove}
          onCancel={() => setOpen(false)}
        />
      )}
    </Thing>
  );
}
