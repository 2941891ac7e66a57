// Passkeys: the list, and a new one by the browser's own dialog.
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { createPasskey, hasPasskeys } from '../passkey.ts';
import { useStepUp } from '../step-up.tsx';
import { useCall } from '../use-call.ts';
import { useLoaded } from '../use-loaded.ts';
import { useWords } from '../use-words.ts';
import { PasskeyItem } from './passkey-item.tsx';

const loadPasskeys = (signal: AbortSignal) => api.accounts.passkeys.list(signal);

interface PasskeyListProps {
  readonly onChange: () => void;
  /** The codes that come with somebody's first second factor: shown once. */
  readonly onCodes: (codes: readonly string[]) => void;
}

export function PasskeyList({ onChange, onCodes }: PasskeyListProps) {
  const { say } = useWords();
  const passkeys = useLoaded(loadPasskeys);
  const renew = () => {
    passkeys.reload();
    onChange();
  };
  const isEmpty = passkeys.data?.length === 0;
  return (
    <section className="things-part">
      <h3>{say('account.passkeys')}</h3>
      <p className="account-hint">{say('account.passkeys.about')}</p>
      {passkeys.error !== null && <ProblemNotice error={passkeys.error} onRetry={passkeys.reload} />}
      {passkeys.data !== null && !isEmpty && (
        <ul className="things">
          {passkeys.data.map((passkey) => (
            <PasskeyItem key={passkey.id} passkey={passkey} onChange={renew} />
          ))}
        </ul>
      )}
      {passkeys.data !== null && <AddPasskey onAdded={renew} onCodes={onCodes} />}
    </section>
  );
}

function AddPasskey({ onAdded, onCodes }: { readonly onAdded: () => void } & Pick<PasskeyListProps, 'onCodes'>) {
  const { say } = useWords();
  const stepUp = useStepUp();
  const add = useCall(
    async () => {
      const { options } = await stepUp(() => api.accounts.passkeys.registrationOptions());
      const response = await createPasskey(options);
      return stepUp(() => api.accounts.passkeys.add({ response }));
    },
    ({ recoveryCodes }) => {
      if (recoveryCodes) onCodes(recoveryCodes);
      onAdded();
    },
  );
  if (!hasPasskeys()) return <p className="account-hint">{say('account.passkeys.unsupported')}</p>;
  return (
    <>
      {add.error !== null && <ProblemNotice error={add.error} />}
      <div>
        <Button icon="plus" isBusy={add.isBusy} onClick={() => void add.send(undefined)}>
          {say('account.passkeys.add')}
        </Button>
      </div>
    </>
  );
}
