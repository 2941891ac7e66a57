// Acting as a user: for a reason, for an hour at most, and known to the user.
import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { User } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { formText } from '../../components/form-text.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { useStepUp } from '../../hosted/step-up.tsx';

export function ImpersonateButton({ user }: { readonly user: User }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button onClick={() => setAsked(true)}>Act as this user</Button>
      <Modal
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={`Act as ${user.name ?? user.email}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
        keepMounted={false}
      >
        <ImpersonateForm user={user} onClose={() => setAsked(false)} />
      </Modal>
    </>
  );
}

function ImpersonateForm({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const withProof = useStepUp();
  const begin = useMutation({
    mutationFn: (reason: string) =>
      withProof(() => api.accounts.roles.impersonate(user.id, { reason, transport: 'cookie' })),
    // A new page: nothing of the operator's own session stays in memory.
    onSuccess: () => location.assign('/accounts/'),
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate(formText(new FormData(event.currentTarget), 'reason'));
      }}
    >
      {begin.isError && !isToldByFields(begin.error, ['reason']) && <ProblemNotice error={begin.error} />}
      <p className="soft">
        This browser sees what {user.email} sees, for an hour at most. How they log in cannot be changed meanwhile. They
        get a mail, and the reason stands in their activity.
      </p>
      <TextField
        label="Reason"
        name="reason"
        minLength={3}
        maxLength={500}
        autoComplete="off"
        hint="Such as the number of the letter in which they asked for help. They can read it."
        fault={fieldFault(begin.error, 'reason')}
        data-autofocus
        required
      />
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={begin.isPending || begin.isSuccess}>
          Act as this user
        </Button>
      </div>
    </form>
  );
}
