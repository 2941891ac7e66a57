// How many statements there are of each gravity and with each concern; a press shows those alone, another one all again.
import type { StatementSummary } from '../../../client/index.ts';
import { Choice } from '../../components/choice.tsx';
import { countConcerns, type ReviewSearch } from './arrange-review.ts';
import { concernWords, type Gravity, gravityWords } from './review-words.ts';

interface ConcernFilterProps {
  readonly statements: readonly StatementSummary[];
  readonly search: ReviewSearch;
  readonly onChange: (part: { readonly severity?: Gravity | undefined; readonly concern?: string | undefined }) => void;
}

const GRAVITIES: readonly Gravity[] = ['severe', 'concern', 'note'];

export function ConcernFilter({ onChange, search, statements }: ConcernFilterProps) {
  const ofGravity = statements.filter(({ severity }) => search.severity === undefined || severity === search.severity);
  const concerns = countConcerns(ofGravity);
  const options = [
    { value: 'all', label: 'All' },
    ...GRAVITIES.map((gravity) => {
      const count = statements.filter(({ severity }) => severity === gravity).length;
      return { value: gravity, label: `${gravityWords(gravity).title} ${count}`, means: gravityWords(gravity).means };
    }),
  ];
  return (
    <div className="concern-filter">
      <Choice
        label="How grave"
        options={options}
        value={search.severity ?? 'all'}
        onChoose={(value) => onChange({ severity: value === 'all' ? undefined : (value as Gravity) })}
      />
      {concerns.length > 0 && (
        <ul className="concern-list" aria-label="Concerns">
          {concerns.map(({ count, kind }) => (
            <li key={kind}>
              <button
                type="button"
                aria-pressed={search.concern === kind}
                onClick={() => onChange({ concern: search.concern === kind ? undefined : kind })}
              >
                {concernWords(kind)} <span>{count}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
