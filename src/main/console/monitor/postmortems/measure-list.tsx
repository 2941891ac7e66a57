// What is to be done so that it does not come back: ticked off by people, checked again by the system.
import { useState } from 'react';
import type { Measure } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { MeasureForm } from './measure-form.tsx';
import { MeasureItem } from './measure-item.tsx';
import { measureGroups } from './measure-words.ts';
import { usePostmortemChange } from './use-postmortem-change.ts';

interface MeasureListProps {
  readonly measures: readonly Measure[];
  readonly incidentId: string;
  readonly isReadOnly: boolean;
}

export function MeasureList({ measures, incidentId, isReadOnly }: MeasureListProps) {
  const [isAdding, setAdding] = useState(false);
  const check = usePostmortemChange({ incidentId, send: () => api.monitor.checkMeasures(incidentId) });
  return (
    <section className="postmortem-section" aria-label="Measures">
      <div className="postmortem-head">
        <h2>Measures</h2>
        {!isReadOnly && measures.length > 0 && (
          <Button isBusy={check.isPending} onClick={() => check.mutate()}>
            Check again
          </Button>
        )}
      </div>
      {check.isError && <ProblemNotice error={check.error} />}
      {measures.length === 0 && <p className="soft">The data supports none.</p>}
      {measureGroups(measures).map(({ kind, title, measures: group }) => (
        <div key={kind} className="measure-group">
          <h3>{title}</h3>
          <ul className="measures">
            {group.map((measure) => (
              <MeasureItem key={measure.key} measure={measure} incidentId={incidentId} isReadOnly={isReadOnly} />
            ))}
          </ul>
        </div>
      ))}
      {!isReadOnly &&
        (isAdding ? (
          <MeasureForm incidentId={incidentId} onClose={() => setAdding(false)} />
        ) : (
          <div>
            <Button weight="quiet" icon="plus" onClick={() => setAdding(true)}>
              Add a measure
            </Button>
          </div>
        ))}
    </section>
  );
}
