// The statements as a table whose rows open to the SQL.
import { Fragment } from 'react';
import type { StatementView } from '../../client/index.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { Icon } from '../components/icon.tsx';
import { countWords, millisecondsWords, plural } from '../components/number-words.ts';
import '../components/data-table.css';
import './statement-list.css';

interface StatementListProps {
  readonly statements: readonly StatementView[];
  readonly openName: string | null;
  readonly onOpen: (name: string) => void;
}

const COLUMNS = 6;

export function StatementList({ statements, openName, onOpen }: StatementListProps) {
  return (
    <section className="data-table" aria-label="Statements">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" data-extra>
              Lane
            </th>
            <th scope="col" data-number data-tight>
              Calls
            </th>
            <th scope="col" data-number data-tight>
              Mean, ms
            </th>
            <th scope="col" data-number data-tight data-extra>
              Max, ms
            </th>
            <th scope="col" data-number data-tight data-extra>
              Deadline, ms
            </th>
          </tr>
        </thead>
        <tbody>
          {statements.map((statement) => (
            <Fragment key={statement.name}>
              <StatementRow statement={statement} isOpen={statement.name === openName} onOpen={onOpen} />
              {statement.name === openName && <StatementText statement={statement} />}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface StatementRowProps {
  readonly statement: StatementView;
  readonly isOpen: boolean;
  readonly onOpen: (name: string) => void;
}

function StatementRow({ statement, isOpen, onOpen }: StatementRowProps) {
  const hasRun = statement.calls > 0;
  return (
    <tr data-open={isOpen || undefined}>
      <td>
        <button type="button" className="statement-name" aria-expanded={isOpen} onClick={() => onOpen(statement.name)}>
          <Icon name="next" size={12} />
          <code>{statement.name}</code>
          {statement.errors > 0 && (
            <span className="statement-errors">{plural(statement.errors, 'error', 'errors')}</span>
          )}
        </button>
      </td>
      <td data-extra>{statement.lane}</td>
      <td data-number>{countWords(statement.calls)}</td>
      <td data-number>{hasRun ? millisecondsWords(statement.meanMs) : <span className="faint">–</span>}</td>
      <td data-number data-extra>
        {hasRun ? millisecondsWords(statement.maxMs) : <span className="faint">–</span>}
      </td>
      <td data-number data-extra>
        {countWords(statement.deadlineMs)}
      </td>
    </tr>
  );
}

function StatementText({ statement }: { readonly statement: StatementView }) {
  const text = statement.text.trim();
  return (
    <tr className="statement-text">
      <td colSpan={COLUMNS}>
        <div className="statement-sql">
          <pre>{text}</pre>
          <CopyButton text={text} label="Copy the SQL" />
        </div>
        <p className="small faint">
          {plural(statement.calls, 'call', 'calls')}, {plural(statement.rows, 'row', 'rows')},{' '}
          {millisecondsWords(statement.totalMs)} ms in all. Lane {statement.lane}; ended after{' '}
          {countWords(statement.deadlineMs)} ms at the latest.
        </p>
      </td>
    </tr>
  );
}
