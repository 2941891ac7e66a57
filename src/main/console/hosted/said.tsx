// A sentence of the catalogue with its marks as elements: `<b>` for what somebody typed, `<a>` for a link.
import type { ReactNode } from 'react';
import type { HostedPage } from './address.ts';
import { PageLink } from './page.tsx';
import { useWords } from './use-words.ts';
import type { WordKey } from './words/catalogues.ts';
import type { Values } from './words/speech.ts';

interface SaidProps {
  readonly words: WordKey;
  readonly values?: Values;
  /** Where `<a>` leads. */
  readonly to?: HostedPage;
}

export function Said({ words, values, to = 'log-in' }: SaidProps) {
  const { sayMarked } = useWords();
  const marks = {
    // An address is read from left to right in any language.
    b: (parts: ReactNode[]) => (
      <strong>
        <bdi>{parts}</bdi>
      </strong>
    ),
    a: (parts: ReactNode[]) => <PageLink to={to}>{parts}</PageLink>,
  };
  return sayMarked(words, marks, values);
}
