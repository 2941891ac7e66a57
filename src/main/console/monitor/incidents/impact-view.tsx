// Who was hurt: how many of all who were there, and on which routes.
import type { Impact, RouteImpact } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { countWords } from '../../components/number-words.ts';
import { shareWords } from './incident-words.ts';

export function ImpactView({ impact }: { readonly impact: Impact }) {
  const { failed, isEstimated, refused, requests, routes, share, slow, usersHurt, usersSeen } = impact;
  return (
    <section className="section">
      <h2>Who was hurt</h2>
      <dl className="impact-figures">
        <Figure
          title="Users hurt"
          note={`of ${countWords(usersSeen)} who asked, ${shareWords(share)}${isEstimated ? '; estimated' : ''}`}
          isHurt={usersHurt > 0}
        >
          {countWords(usersHurt)}
        </Figure>
        <Figure
          title="Requests failed"
          note={`of ${countWords(requests)}, ${shareWords(requests === 0 ? 0 : failed / requests)}`}
        >
          {countWords(failed)}
        </Figure>
        <Figure title="Refused" note="turned away at once, told when to come back">
          {countWords(refused)}
        </Figure>
        <Figure title="Far too slow" note="answered, but late">
          {countWords(slow)}
        </Figure>
      </dl>
      {routes.length > 0 && (
        <DataTable label="Routes that were hurt" columns={columns} rows={routes} rowKey={({ route }) => route} />
      )}
    </section>
  );
}

interface FigureProps {
  readonly title: string;
  readonly note: string;
  readonly isHurt?: boolean;
  readonly children: string;
}

function Figure({ title, note, isHurt = false, children }: FigureProps) {
  return (
    <div className="impact-figure" data-hurt={isHurt || undefined}>
      <dt>{title}</dt>
      <dd>
        <span className="impact-value">{children}</span>
        <span className="faint small">{note}</span>
      </dd>
    </div>
  );
}

const columns: readonly Column<RouteImpact>[] = [
  { key: 'route', header: 'Route', cell: ({ route }) => <code>{route}</code> },
  { key: 'users', header: 'Users hurt', isNumber: true, isTight: true, cell: ({ users }) => countWords(users) },
  { key: 'failed', header: 'Failed', isNumber: true, isTight: true, cell: ({ failed }) => countWords(failed) },
  {
    key: 'slow',
    header: 'Too slow',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ slow }) => countWords(slow),
  },
  {
    key: 'all',
    header: 'Requests',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ requests }) => countWords(requests),
  },
];
