// The words of the page a component stands in. Outside the hosted pages they are English.
import { createContext, useContext } from 'react';
import { english } from './words/catalogues.ts';
import { type LanguageCode, pickLanguage } from './words/languages.ts';
import { createProblemSpeech, type ProblemSpeech } from './words/problem-speech.ts';
import { createSpeech, type Speech } from './words/speech.ts';

export interface Words extends Speech, ProblemSpeech {
  /** Speaks it from now on, on this device. */
  readonly chooseLanguage: (code: LanguageCode) => void;
  /** The language the account asks for: it counts where the visitor has picked none here. */
  readonly heedAccount: (tag: string | null) => void;
}

const speech = createSpeech(english, pickLanguage({ asked: 'en', picked: null, account: null, browser: [] }));

export const WordsContext = createContext<Words>({
  ...speech,
  ...createProblemSpeech(speech, 'Aquifer'),
  chooseLanguage: () => undefined,
  heedAccount: () => undefined,
});

export function useWords(): Words {
  return useContext(WordsContext);
}
