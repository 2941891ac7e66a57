// What the components themselves say. English unless a page around them speaks another language: the hosted pages do.
import { createContext, useContext } from 'react';
import { type ProblemWords, problemWords } from './problem-words.ts';

export interface ComponentWords {
  /** On the button beside a password. */
  readonly show: string;
  readonly hide: string;
  /** The same button, for who does not see beside which field it stands. */
  readonly showTyped: (label: string) => string;
  readonly hideTyped: (label: string) => string;
  readonly tryAgain: string;
  readonly request: string;
  readonly copyRequestId: string;
  readonly copied: string;
  readonly problem: (error: unknown) => ProblemWords;
}

const english: ComponentWords = {
  show: 'Show',
  hide: 'Hide',
  showTyped: (label) => `Show what is typed in “${label}”`,
  hideTyped: (label) => `Hide what is typed in “${label}”`,
  tryAgain: 'Try again',
  request: 'Request',
  copyRequestId: 'Copy the request id',
  copied: 'Copied',
  problem: problemWords,
};

export const ComponentWordsContext = createContext<ComponentWords>(english);

export function useComponentWords(): ComponentWords {
  return useContext(ComponentWordsContext);
}
