// The incident that is open now, in three lines: what, since when, how many it hurts.
import { Link } from '@tanstack/react-router';
import type { IncidentSummary } from '../../../client/index.ts';
import { Icon } from '../../components/icon.tsx';
import { plural } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { lastedWords } from './incident-words.ts';
import './incidents.css';
import { useIsWatch } from '../../shell/watching.ts';

export function OpenIncident({ incident }: { readonly incident: IncidentSummary }) {
  const { containedAt, id, number, title, usersHurt } = incident;
  const isWatch = useIsWatch();
  return (
    <Link to="/incidents/$incidentId" params={{ incidentId: id }} className="open-incident">
      <StatusWord tone={containedAt === null ? 'bad' : 'warn'}>
        {containedAt === null ? 'Open' : 'Open, contained'}
      </StatusWord>
      <strong className="open-incident-title">
        <Sentence text={title} />
      </strong>
      <span className="soft small">
        Incident {number}, {lastedWords(incident, Date.now())}
        {!isWatch && `; ${plural(usersHurt, 'user', 'users')} hurt`}
      </span>
      <Icon name="next" />
    </Link>
  );
}
