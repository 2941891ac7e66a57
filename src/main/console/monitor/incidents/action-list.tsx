// What a person can do now: a sentence each, and one button where one call does it.
import { useState } from 'react';
import type { IncidentAction } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Icon } from '../../components/icon.tsx';
import { Moment } from '../../components/moment.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { ActionModal, type CallableAction, isCallable } from './action-modal.tsx';
import './actions.css';

interface ActionListProps {
  readonly actions: readonly IncidentAction[];
  readonly incidentId: string;
}

export function ActionList({ actions, incidentId }: ActionListProps) {
  const [asked, setAsked] = useState<CallableAction | null>(null);
  const open = actions.filter(({ kind }) => kind !== 'none');
  return (
    <section className="section">
      <h2>What can be done</h2>
      {open.length === 0 ? (
        <p className="soft">Nothing, for now: no cause is named, or it has passed by itself.</p>
      ) : (
        <ul className="actions">
          {open.map((action) => (
            <ActionItem key={`${action.kind} ${action.sentence}`} action={action} onAsk={setAsked} />
          ))}
        </ul>
      )}
      <ActionModal action={asked} incidentId={incidentId} onClose={() => setAsked(null)} />
    </section>
  );
}

interface ActionItemProps {
  readonly action: IncidentAction;
  readonly onAsk: (action: CallableAction) => void;
}

function ActionItem({ action, onAsk }: ActionItemProps) {
  const { detail, doneAt, sentence } = action;
  return (
    <li className="action" data-done={doneAt !== null || undefined}>
      <div className="action-words">
        <p>
          <Sentence text={sentence} />
        </p>
        {detail && <CodeBlock text={detail} />}
      </div>
      {doneAt !== null && (
        <span className="action-done">
          <Icon name="check" /> Done <Moment at={doneAt} isShort />
        </span>
      )}
      {doneAt === null && isCallable(action) && <Button onClick={() => onAsk(action)}>{action.call.button}</Button>}
    </li>
  );
}
