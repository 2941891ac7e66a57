// Before an action is taken: what will happen, what will be lost, and the very call that does it.
import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { IncidentAction } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Sentence } from '../../components/sentence.tsx';

/** One that a single call does. */
export type CallableAction = IncidentAction & { readonly call: NonNullable<IncidentAction['call']> };

export function isCallable(action: IncidentAction): action is CallableAction {
  return action.call !== null;
}

interface ActionModalProps {
  readonly action: CallableAction | null;
  readonly incidentId: string;
  readonly onClose: () => void;
}

export function ActionModal({ action, incidentId, onClose }: ActionModalProps) {
  return (
    <Modal
      opened={action !== null}
      onClose={onClose}
      title={action?.call.button ?? ''}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {action && <Confirm action={action} incidentId={incidentId} onClose={onClose} />}
    </Modal>
  );
}

function Confirm({ action, onClose }: { readonly action: CallableAction } & Omit<ActionModalProps, 'action'>) {
  const { call, detail, kind } = action;
  const cache = useQueryClient();
  const act = useMutation({
    mutationFn: () => api.monitor.act(call),
    onSuccess: async () => {
      say(`${call.button}: done.`);
      onClose();
      await cache.invalidateQueries({ queryKey: ['monitor'] });
    },
  });
  return (
    <div className="form">
      <p>
        <Sentence text={call.effect} />
      </p>
      {detail && <CodeBlock text={detail} />}
      <div>
        <p className="small faint">The same from a terminal</p>
        <CurlLine method={call.method} path={call.path} body={call.method === 'DELETE' ? undefined : call.body} />
      </div>
      {act.isError && <ProblemNotice error={act.error} />}
      <div className="form-actions">
        <Button onClick={onClose}>Leave it</Button>
        <Button
          weight={kind === 'end_session' ? 'danger' : 'primary'}
          isBusy={act.isPending}
          onClick={() => act.mutate()}
        >
          {call.button}
        </Button>
      </div>
    </div>
  );
}
