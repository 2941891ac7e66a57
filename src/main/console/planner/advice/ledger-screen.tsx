// The ledger of advice: what each index was to bring, and what it brought.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CurlLine } from '../../components/curl-line.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { ledgerQuery } from '../planner.ts';
import { AdviceHead } from './advice-head.tsx';
import { LedgerEntryView } from './ledger-entry.tsx';
import { errorWords, ledgerWords } from './ledger-words.ts';
import './ledger.css';

export function LedgerScreen() {
  const ledger = useQuery(ledgerQuery());
  return (
    <>
      <AdviceHead title="Ledger">What was predicted of each index, against what came true.</AdviceHead>
      <Loaded query={ledger} skeleton={<LinesSkeleton lines={8} />}>
        {({ entries, totals }) =>
          entries.length === 0 ? (
            <NoEntry />
          ) : (
            <div className="planner-page">
              <div>
                <p className="planner-lead">{ledgerWords(totals)}</p>
                {totals.predictionError !== null && (
                  <p className="soft">At the median it was {errorWords(totals.predictionError)}.</p>
                )}
              </div>
              <ol className="ledger">
                {entries.map((entry) => (
                  <li key={`${entry.id} ${entry.doneAt}`} className="ledger-entry">
                    <LedgerEntryView entry={entry} />
                  </li>
                ))}
              </ol>
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function NoEntry() {
  return (
    <EmptyState icon="list" title="No advice has been followed yet" command={<CurlLine path="/v1/planner/ledger" />}>
      <p>
        An hour after an <Link to="/planner/indexes">advised index</Link> is made, and a day after, what its statements
        take is measured and set against what was predicted.
      </p>
    </EmptyState>
  );
}
