// Deletes a rule of one's own: the first click says what will be lost.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertRule } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { say, sayProblem } from '../../components/notify.ts';
import { alertRulesKey } from './alerts.ts';

interface DeleteRuleButtonProps {
  readonly rule: AlertRule;
  readonly onDone: () => void;
}

export function DeleteRuleButton({ rule, onDone }: DeleteRuleButtonProps) {
  const [isAsked, setAsked] = useState(false);
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.monitor.deleteAlertRule(rule.id),
    onSuccess: () => {
      say(`${rule.name} is deleted.`);
      onDone();
      return cache.invalidateQueries({ queryKey: alertRulesKey() });
    },
    onError: sayProblem,
  });
  if (!isAsked) {
    return (
      <Button weight="quiet" onClick={() => setAsked(true)}>
        Delete
      </Button>
    );
  }
  return (
    <Button weight="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
      Delete the rule and what it has learnt
    </Button>
  );
}
