// The second look before something is taken away: what will be lost, the button that does it, and the way out.
import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import type { Call } from '../use-call.ts';
import { useWords } from '../use-words.ts';
import { SettingActions } from './setting.tsx';

interface ConfirmProps {
  /** What will be lost. */
  readonly about: string;
  readonly action: string;
  readonly call: Call<undefined, unknown>;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}

export function Confirm({ about, action, call, onCancel, children }: ConfirmProps) {
  const { say } = useWords();
  return (
    <>
      {call.error !== null && <ProblemNotice error={call.error} />}
      <p className="soft">{about}</p>
      {children}
      <SettingActions cancel={say('account.cancel')} onCancel={onCancel}>
        <Button weight="danger" isBusy={call.isBusy} onClick={() => void call.send(undefined)}>
          {action}
        </Button>
      </SettingActions>
    </>
  );
}
