// The statements of a review: each with what is wrong, what it costs, and its part of a day.
import { Link } from '@tanstack/react-router';
import type { StatementSummary } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { countWords } from '../../components/number-words.ts';
import { StatusWord } from '../../components/status-word.tsx';
import { percentWords, shortFigure } from '../plan/plan-words.ts';
import { concernWords, gravityWords, sourceWords } from './review-words.ts';

export function ReviewTable({ statements }: { readonly statements: readonly StatementSummary[] }) {
  const hasShares = statements.some(({ share }) => share !== null);
  const shown = columns.filter(({ key }) => hasShares || (key !== 'share' && key !== 'calls'));
  return <DataTable label="Statements" columns={shown} rows={statements} rowKey={({ id }) => id} />;
}

const columns: readonly Column<StatementSummary>[] = [
  { key: 'statement', header: 'Statement', cell: (statement) => <Name statement={statement} /> },
  {
    key: 'share',
    header: 'Part of a day',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ share }) => <Part share={share} />,
  },
  {
    key: 'calls',
    header: 'Calls a day',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ callsPerDay }) => (callsPerDay === null ? '–' : countWords(Math.round(callsPerDay))),
  },
  {
    key: 'cost',
    header: <span title="In the planner’s own units: about what reading one page in order takes">Cost of a call</span>,
    isNumber: true,
    isTight: true,
    cell: ({ cost }) => shortFigure(cost),
  },
  {
    key: 'worst',
    header: 'At worst',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ worstCost }) => shortFigure(worstCost),
  },
];

function Name({ statement }: { readonly statement: StatementSummary }) {
  const { findings, id, name, origin, severity, source } = statement;
  return (
    <div className="review-name">
      <Link to="/planner/review/$statementId" params={{ statementId: id }}>
        <code title={name}>{name}</code>
      </Link>
      <span className="review-about">
        {severity && <StatusWord tone={gravityWords(severity).tone}>{gravityWords(severity).title}</StatusWord>}
        {findings.length > 0 && <span>{[...new Set(findings)].map(concernWords).join(', ')}</span>}
        <span className="faint">{origin ?? sourceWords(source)}</span>
      </span>
    </div>
  );
}

/** Of the cost of all calls of a day, as a bar and a word. */
function Part({ share }: { readonly share: number | null }) {
  if (share === null) return <span className="review-part faint">–</span>;
  return (
    <span className="review-part">
      <span className="review-part-bar" style={{ '--share': share } as React.CSSProperties} />
      <b>{percentWords(share)}</b>
    </span>
  );
}
