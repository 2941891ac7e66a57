// What a user logs in with besides the password, and the way out for one who has lost it all.
import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { User } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { useStepUp } from '../../hosted/step-up.tsx';
import { renewUsers } from '../users.ts';
import { factorWords } from './factor-words.ts';

interface UserFactorsProps {
  readonly user: User;
  readonly isOneself: boolean;
}

export function UserFactors({ user, isOneself }: UserFactorsProps) {
  const [isAsked, setAsked] = useState(false);
  const hasAny = user.secondFactors.length > 0;
  return (
    <section className="section">
      <div className="section-head">
        <h2>Second factor</h2>
        {hasAny && !isOneself && <Button onClick={() => setAsked(true)}>Reset</Button>}
        {isOneself && (
          <a className="button" data-weight="plain" href="/accounts/#security">
            Change yours
          </a>
        )}
      </div>
      <p className={hasAny ? undefined : 'soft'}>{factorWords(user.secondFactors)}</p>
      <Modal
        opened={isAsked}
        onClose={() => setAsked(false)}
        title="Reset the second factor"
        closeButtonProps={{ 'aria-label': 'Close' }}
        keepMounted={false}
      >
        <ResetFactors user={user} onClose={() => setAsked(false)} />
      </Modal>
    </section>
  );
}

function ResetFactors({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const cache = useQueryClient();
  const withProof = useStepUp();
  const reset = useMutation({
    mutationFn: () => withProof(() => api.accounts.factors.resetFor(user.id)),
    onSuccess: () => {
      say(`${user.email} has no second factor any more, and is logged out everywhere.`);
      onClose();
    },
    onSettled: () => renewUsers(cache),
  });
  return (
    <div className="form">
      {reset.isError && <ProblemNotice error={reset.error} />}
      <p className="soft">
        For somebody who has lost the phone, the passkeys and the recovery codes. All of them stop working for{' '}
        {user.email}, every session ends, and a mail says so. The password is then all it takes: be sure who asks you.
      </p>
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button weight="danger" isBusy={reset.isPending} onClick={() => reset.mutate()}>
          Reset the second factor
        </Button>
      </div>
    </div>
  );
}
