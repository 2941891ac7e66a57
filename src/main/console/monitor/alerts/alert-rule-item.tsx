// One rule: what it watches, when it speaks, how often it did, and its switch.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { AlertRule } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { sayProblem, sayWithUndo } from '../../components/notify.ts';
import { plural } from '../../components/number-words.ts';
import { ruleConditionWords, severityWords } from './alert-words.ts';
import { alertRulesKey } from './alerts.ts';

const switchOptions = [
  { value: 'off', label: 'Off' },
  { value: 'on', label: 'On' },
] as const;

interface AlertRuleItemProps {
  readonly rule: AlertRule;
  /** Somebody came for this one. */
  readonly isPointedAt: boolean;
  readonly onEdit: () => void;
}

export function AlertRuleItem({ rule, isPointedAt, onEdit }: AlertRuleItemProps) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isPointedAt) item.current?.scrollIntoView({ block: 'center' });
  }, [isPointedAt]);
  const { about, builtIn, firedLastWeek, isEnabled, learnt, name, series, severity } = rule;
  const toggle = useSwitch(rule);
  return (
    <li
      ref={item}
      id={rule.id}
      className="alert-rule"
      data-pointed={isPointedAt || undefined}
      data-off={!isEnabled || undefined}
    >
      <div className="alert-rule-words">
        <h2>
          {name}
          {!builtIn && <span className="faint small">your own</span>}
        </h2>
        {about && <p className="soft">{about}</p>}
        <p className="small faint">
          <span className="alert-rule-severity" title={severityWords(severity).means}>
            {severityWords(severity).label}
          </span>
          . {ruleConditionWords(rule)}
          {series && (
            <>
              {' of '}
              <code>{series}</code>
            </>
          )}
          . {firedLastWeek === 0 ? 'Did not fire' : `Fired ${plural(firedLastWeek, 'time', 'times')}`} in the last week.{' '}
          {learnt.sentence}
        </p>
      </div>
      <div className="alert-rule-controls">
        <Button weight="quiet" onClick={onEdit}>
          Change
        </Button>
        <Choice
          label={`Whether “${name}” is watched`}
          options={switchOptions}
          value={isEnabled ? 'on' : 'off'}
          onChoose={(value) => toggle(value === 'on')}
        />
      </div>
    </li>
  );
}

/** Off and on are taken back as easily as they are chosen. */
function useSwitch(rule: AlertRule): (isEnabled: boolean) => void {
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: (isEnabled: boolean) => api.monitor.changeAlertRule(rule.id, { isEnabled }),
    onSuccess: (_rule, isEnabled) =>
      sayWithUndo(isEnabled ? `${rule.name}: on.` : `${rule.name}: off. Nobody will be told.`, () =>
        change.mutate(!isEnabled),
      ),
    onError: sayProblem,
    onSettled: () => cache.invalidateQueries({ queryKey: alertRulesKey() }),
  });
  return change.mutate;
}
