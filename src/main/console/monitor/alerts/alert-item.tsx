// One alert: its sentence first, then since when and of which rule; opened, what it rests on and what was it worth.
import { useId } from 'react';
import type { Alert } from '../../../client/index.ts';
import { Icon } from '../../components/icon.tsx';
import { Moment } from '../../components/moment.tsx';
import { plural } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { absoluteTime } from '../../components/time-words.ts';
import { AlertDetail } from './alert-detail.tsx';
import { alertTone, feedbackWords, firedWords, severityWords } from './alert-words.ts';

interface AlertItemProps {
  readonly alert: Alert;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function AlertItem({ alert, isOpen, onToggle }: AlertItemProps) {
  const { count, feedback, ruleName, resolvedAt, sentence, severity, startedAt } = alert;
  const id = useId();
  return (
    <li className="alert" data-open={isOpen || undefined}>
      <button type="button" className="alert-head" aria-expanded={isOpen} aria-controls={id} onClick={onToggle}>
        <span className="alert-severity" title={severityWords(severity).means}>
          <StatusWord tone={alertTone(alert)}>{severityWords(severity).label}</StatusWord>
        </span>
        <span className="alert-words">
          <span className="alert-sentence">
            <Sentence text={sentence} />
          </span>
          <span className="faint small">
            {ruleName}
            {count > 1 && `, ${plural(count, 'sign', 'signs')} of the same`}
            {feedback && (
              <span className="alert-feedback">
                <Icon name="check" size={12} /> {feedbackWords(feedback)}
              </span>
            )}
          </span>
        </span>
        <span className="alert-when small">
          <span>{firedWords(alert, Date.now())}</span>
          <span className="faint">
            {resolvedAt === null ? `since ${absoluteTime(startedAt, Date.now())}` : <Moment at={resolvedAt} isShort />}
          </span>
        </span>
        <Icon name="next" />
      </button>
      {isOpen && <AlertDetail id={id} alert={alert} />}
    </li>
  );
}
