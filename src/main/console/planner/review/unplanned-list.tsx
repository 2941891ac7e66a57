// What a review could not do: statements without a plan, and what the twin does not have.
import type { ReviewPage } from '../../../client/index.ts';
import { plural } from '../../components/number-words.ts';
import { Sentence } from '../../components/sentence.tsx';
import { Gaps, More } from '../more.tsx';

export function Leftover({ report }: Pick<ReviewPage, 'report'>) {
  if (!report) return null;
  const { engine, gaps, serverVersion, unplanned } = report;
  return (
    <div className="planner-leftover">
      {unplanned.length > 0 && (
        <More title={`${plural(unplanned.length, 'statement has', 'statements have')} no plan`}>
          <dl className="unplanned">
            {unplanned.map(({ name, origin, sentence }) => (
              <div key={`${name} ${origin}`}>
                <dt>
                  <code>{name}</code>
                </dt>
                <dd>
                  <Sentence text={sentence} />
                </dd>
              </div>
            ))}
          </dl>
        </More>
      )}
      <Gaps gaps={gaps} />
      <p className="faint small">
        {engine.kind === 'pglite' ? 'Planned in process by' : 'Planned by a local'} Postgres {engine.version}, for a
        database of {serverVersion}.
      </p>
    </div>
  );
}
