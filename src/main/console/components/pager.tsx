// Forth and back through pages that only know where the next one begins.
import { useState } from 'react';
import { Button } from './button.tsx';
import './pager.css';

export interface CursorPages {
  readonly cursor: string | undefined;
  readonly pageNumber: number;
  readonly goNext: (cursor: string) => void;
  readonly goBack: () => void;
}

/** Remembers the way through the pages. A new `resetKey` (another search, another collection) begins again. */
export function useCursorPages(resetKey: string): CursorPages {
  const [trail, setTrail] = useState<{ readonly key: string; readonly cursors: readonly string[] }>({
    key: resetKey,
    cursors: [],
  });
  const cursors = trail.key === resetKey ? trail.cursors : [];
  return {
    cursor: cursors.at(-1),
    pageNumber: cursors.length + 1,
    goNext: (cursor) => setTrail({ key: resetKey, cursors: [...cursors, cursor] }),
    goBack: () => setTrail({ key: resetKey, cursors: cursors.slice(0, -1) }),
  };
}

interface PagerProps {
  readonly pages: CursorPages;
  readonly nextCursor: string | null;
}

export function Pager({ pages, nextCursor }: PagerProps) {
  if (pages.pageNumber === 1 && nextCursor === null) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <Button icon="previous" disabled={pages.pageNumber === 1} onClick={pages.goBack}>
        Back
      </Button>
      <span className="faint">Page {pages.pageNumber}</span>
      <Button disabled={nextCursor === null} onClick={() => nextCursor !== null && pages.goNext(nextCursor)}>
        Next
      </Button>
    </nav>
  );
}
