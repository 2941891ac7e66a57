// How long it took to see it, to name it, to hold it and to end it: measured from when it opened.
import type { IncidentSummary } from '../../../client/index.ts';
import { exactTime } from '../../components/time-words.ts';
import { milestones } from './incident-words.ts';

export function MilestoneStrip({ incident }: { readonly incident: IncidentSummary }) {
  return (
    <dl className="milestones">
      {milestones(incident).map(({ at, key, label, words }) => (
        <div key={key} className="milestone" data-reached={at !== null || undefined}>
          <dt>{label}</dt>
          <dd>
            {at === null ? (
              <span className="faint">{words}</span>
            ) : (
              <time dateTime={at} title={exactTime(at)}>
                {words}
              </time>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
