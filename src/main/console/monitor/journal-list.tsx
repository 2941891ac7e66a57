// What the guard saw and did, newest first.
import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Sentence } from '../components/sentence.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { journalQuery } from './causes.ts';

export function JournalList() {
  const journal = useQuery(journalQuery());
  return (
    <Loaded query={journal} skeleton={<LinesSkeleton lines={3} />}>
      {({ entries }) =>
        entries.length === 0 ? (
          <p className="soft">
            Nothing yet. Limits that move, statements that overstay and sessions that end are noted here.
          </p>
        ) : (
          <ol className="journal">
            {entries.map((entry) => (
              <li key={entry.id}>
                <span className="small faint">
                  <Moment at={entry.at} />
                </span>
                <span>
                  <Sentence text={entry.sentence} />
                </span>
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}
