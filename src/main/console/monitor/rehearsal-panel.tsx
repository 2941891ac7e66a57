// Whom a rule would have hit in the last 24 hours, and whom it would have spared: looked at before it is let loose.
import { useQuery } from '@tanstack/react-query';
import type { Rehearsal, RehearsalGroup, Rule } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { countWords } from '../components/number-words.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { durationWords } from '../components/time-words.ts';
import { rehearsalQuery } from './rules.ts';

interface RehearsalPanelProps {
  readonly rule: Rule;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onEnforce: () => void;
}

export function RehearsalPanel({ rule, isBusy, error, onEnforce }: RehearsalPanelProps) {
  const rehearsal = useQuery(rehearsalQuery(rule.id));
  return (
    <div className="rehearsal">
      <Loaded query={rehearsal} skeleton={<LinesSkeleton lines={2} />}>
        {(found: Rehearsal) => (
          <>
            <p>{found.sentence}</p>
            <Groups title="It would have ended" groups={found.wouldHit} columns={hitColumns} />
            <Groups title="It would have spared" groups={found.wouldSpare} columns={spareColumns} />
            {error !== null && <ProblemNotice error={error} />}
            {rule.mode !== 'enforce' && (
              <div>
                <Button weight="danger" isBusy={isBusy} onClick={onEnforce}>
                  Let it act from now on
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}

interface GroupsProps {
  readonly title: string;
  readonly groups: readonly RehearsalGroup[];
  readonly columns: readonly Column<RehearsalGroup>[];
}

function Groups({ title, groups, columns }: GroupsProps) {
  if (groups.length === 0) return null;
  return (
    <section className="rehearsal-groups">
      <h3>{title}</h3>
      <DataTable
        label={title}
        columns={columns}
        rows={groups}
        rowKey={(group) => `${group.statement} ${group.applicationName} ${group.lane} ${group.reason}`}
      />
    </section>
  );
}

const statementColumn: Column<RehearsalGroup> = {
  key: 'statement',
  header: 'Statement',
  cell: (group) => (
    <>
      <code>{group.statement}</code> <span className="faint small">{group.applicationName}</span>
    </>
  ),
};

const figures: readonly Column<RehearsalGroup>[] = [
  { key: 'count', header: 'Sessions', isNumber: true, isTight: true, cell: (group) => countWords(group.sessions) },
  {
    key: 'age',
    header: 'Longest',
    isNumber: true,
    isTight: true,
    cell: (group) => durationWords(group.longestMs / 1000),
  },
];

const hitColumns: readonly Column<RehearsalGroup>[] = [
  statementColumn,
  { key: 'last', header: 'Last', isExtra: true, cell: (group) => <Moment at={group.lastSeenAt} isShort /> },
  ...figures,
];

const spareColumns: readonly Column<RehearsalGroup>[] = [
  statementColumn,
  { key: 'why', header: 'Because', cell: (group) => group.reason },
  ...figures,
];
