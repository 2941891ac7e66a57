// The first rows of a long list, and the way to all of them.
import { type ReactNode, useState } from 'react';
import { countWords } from '../components/number-words.ts';

interface FirstRowsProps<Row> {
  readonly rows: readonly Row[];
  readonly count: number;
  readonly children: (shown: readonly Row[]) => ReactNode;
}

export function FirstRows<Row>({ children, count, rows }: FirstRowsProps<Row>) {
  const [isWhole, setWhole] = useState(false);
  // One or two more are shown at once: a button for them would take as much room.
  const isShort = isWhole || rows.length <= count + 2;
  return (
    <>
      {children(isShort ? rows : rows.slice(0, count))}
      {!isShort && (
        <button type="button" className="first-rows-more" onClick={() => setWhole(true)}>
          Show the other {countWords(rows.length - count)}
        </button>
      )}
    </>
  );
}
