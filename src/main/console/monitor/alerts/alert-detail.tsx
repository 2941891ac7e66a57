// What an alert rests on, its figure over time, and what it was worth.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Alert } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { Moment } from '../../components/moment.tsx';
import { plural } from '../../components/number-words.ts';
import { AlertFigure } from './alert-figure.tsx';
import { figureWords, ruleConditionWords } from './alert-words.ts';
import { alertRulesQuery } from './alerts.ts';
import { FeedbackPanel } from './feedback-panel.tsx';
import { SilenceModal } from './silence-modal.tsx';

export function AlertDetail({ alert, id }: { readonly alert: Alert; readonly id: string }) {
  const rules = useQuery(alertRulesQuery());
  const rule = rules.data?.rules.find((one) => one.id === alert.ruleId);
  const [isSilencing, setSilencing] = useState(false);
  const { count, incidentId, resolvedAt, ruleId, ruleName, scope, startedAt, threshold, unit, value } = alert;
  return (
    <div className="alert-detail" id={id}>
      {rule?.series && <AlertFigure alert={alert} series={rule.series} />}
      <dl className="alert-facts">
        <Fact title="Rule">
          <Link to="/alerts/rules" hash={ruleId}>
            {ruleName}
          </Link>
          {rule && <span className="faint small">{ruleConditionWords(rule)}</span>}
        </Fact>
        {scope !== '' && (
          <Fact title="Where">
            <code>{scope}</code>
          </Fact>
        )}
        {value !== null && (
          <Fact title="Figure">
            {figureWords(value, unit)}
            {threshold !== null && <span className="faint small">it speaks from {figureWords(threshold, unit)}</span>}
          </Fact>
        )}
        <Fact title="Began">
          <Moment at={startedAt} />
        </Fact>
        {resolvedAt && (
          <Fact title="Over">
            <Moment at={resolvedAt} />
          </Fact>
        )}
        {count > 1 && <Fact title="Folded together">{plural(count, 'sign', 'signs')} of the same trouble</Fact>}
        {incidentId && (
          <Fact title="Incident">
            <Link to="/incidents/$incidentId" params={{ incidentId }}>
              What happened around it
            </Link>
          </Fact>
        )}
      </dl>
      <FeedbackPanel alert={alert} />
      <div className="alert-silence">
        <Button weight="quiet" icon="bell" onClick={() => setSilencing(true)}>
          Silence it for a while
        </Button>
      </div>
      <SilenceModal
        isOpen={isSilencing}
        given={{ ruleId, scope: scope === '' ? null : scope }}
        onClose={() => setSilencing(false)}
      />
    </div>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
