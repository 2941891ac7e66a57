// Passkeys: the list, and a new one by the browser's own dialog.
import type { AddedPasskey } from '../../../client/passkeys.ts';
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
  const add = useAddPasskey(renew, onCodes);
  const hasSome = (passkeys.data?.length ?? 0) > 0;
  return (
    <div className="setting">
      <div className="setting-head">
        <div className="setting-words">
          <h3>{say('account.passkeys')}</h3>
          {passkeys.data !== null && !hasSome && <p className="setting-value">{say('account.passkeys.none')}</p>}
          <p className="setting-about">
            {say(hasPasskeys() ? 'account.passkeys.about' : 'account.passkeys.unsupported')}
          </p>
        </div>
        {hasPasskeys() && (
          <Button isBusy={add.isBusy} aria-label={say('account.passkeys.add')} onClick={() => void add.send(undefined)}>
            {say('account.add')}
          </Button>
        )}
      </div>
      {(passkeys.error ?? add.error) !== null && <ProblemNotice error={passkeys.error ?? add.error} />}
      {hasSome && (
        <ul className="things">
          {passkeys.data?.map((passkey) => (
            <PasskeyItem key={passkey.id} passkey={passkey} onChange={renew} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** By the browser's own dialog, after a fresh proof where one is asked for. */
function useAddPasskey(onAdded: () => void, onCodes: PasskeyListProps['onCodes']) {
  const stepUp = useStepUp();
  return useCall<undefined, AddedPasskey>(
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
}
