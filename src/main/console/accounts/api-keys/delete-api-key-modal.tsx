// Deleting somebody's API key: says which, whose, and what stops working.
import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiKeyOfOwner } from '../../../client/api-keys.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { useStepUp } from '../../hosted/step-up.tsx';
import { renewApiKeys } from './api-keys.ts';

interface DeleteApiKeyModalProps {
  readonly apiKey: ApiKeyOfOwner | null;
  readonly onClose: () => void;
}

export function DeleteApiKeyModal({ apiKey, onClose }: DeleteApiKeyModalProps) {
  return (
    <Modal
      opened={apiKey !== null}
      onClose={onClose}
      title="Delete an API key"
      closeButtonProps={{ 'aria-label': 'Close' }}
      keepMounted={false}
    >
      {apiKey && <DeleteApiKey apiKey={apiKey} onClose={onClose} />}
    </Modal>
  );
}

function DeleteApiKey({ apiKey, onClose }: { readonly apiKey: ApiKeyOfOwner; readonly onClose: () => void }) {
  const cache = useQueryClient();
  const withProof = useStepUp();
  const remove = useMutation({
    mutationFn: () => withProof(() => api.accounts.apiKeys.deleteAny(apiKey.id)),
    onSuccess: () => {
      say(`The key “${apiKey.name}” is deleted.`);
      onClose();
    },
    onSettled: () => renewApiKeys(cache),
  });
  return (
    <div className="form">
      {remove.isError && <ProblemNotice error={remove.error} />}
      <p className="soft">
        Programs that use “{apiKey.name}” of {apiKey.owner.email} are refused at once. It cannot be brought back; its
        owner can make another.
      </p>
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button weight="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
          Delete the key
        </Button>
      </div>
    </div>
  );
}
