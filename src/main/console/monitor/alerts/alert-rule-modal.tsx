// A rule of one's own, or what can be changed of one that is built in.
import { Modal } from '@mantine/core';
import type { AlertRule } from '../../../client/index.ts';
import { ChangeRuleForm } from './change-rule-form.tsx';
import { NewRuleForm } from './new-rule-form.tsx';

interface AlertRuleModalProps {
  readonly editing: AlertRule | 'new' | null;
  readonly onClose: () => void;
}

export function AlertRuleModal({ editing, onClose }: AlertRuleModalProps) {
  return (
    <Modal
      opened={editing !== null}
      onClose={onClose}
      title={editing === 'new' ? 'A rule of your own' : (editing?.name ?? '')}
      closeButtonProps={{ 'aria-label': 'Close' }}
      keepMounted={false}
    >
      {editing === 'new' && <NewRuleForm onClose={onClose} />}
      {editing !== null && editing !== 'new' && <ChangeRuleForm rule={editing} onClose={onClose} />}
    </Modal>
  );
}
