// Gives the pages their language: picks it, fetches its catalogue, and tells the document which way it is read.
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { type ComponentWords, ComponentWordsContext } from '../components/component-words.ts';
import { type Words, WordsContext } from './use-words.ts';
import { type Catalogue, loadCatalogue } from './words/catalogues.ts';
import { type Language, type LanguageCode, languageOf, pickLanguage } from './words/languages.ts';
import { createProblemSpeech } from './words/problem-speech.ts';
import { createSpeech } from './words/speech.ts';

const STORAGE_KEY = 'aquifer-language';

interface WordsProviderProps {
  /** The application's name: refusals speak of it. */
  readonly application: string;
  readonly children: ReactNode;
}

interface Spoken {
  readonly language: Language;
  readonly catalogue: Catalogue;
}

export function WordsProvider({ application, children }: WordsProviderProps) {
  const [picked, setPicked] = useState(readPick);
  const [account, setAccount] = useState<string | null>(null);
  const [spoken, setSpoken] = useState<Spoken | null>(null);
  const language = pickLanguage({ asked: askedLanguage(), picked, account, browser: navigator.languages });

  useEffect(() => {
    let isCurrent = true;
    // A catalogue that does not come is no reason to show nothing: English is at hand.
    const arriving = loadCatalogue(language.code).catch(() => loadCatalogue('en'));
    void arriving.then((catalogue) => isCurrent && setSpoken({ language, catalogue }));
    return () => {
      isCurrent = false;
    };
  }, [language]);

  useEffect(() => {
    if (spoken === null) return;
    document.documentElement.lang = spoken.language.code;
    document.documentElement.dir = spoken.language.direction;
  }, [spoken]);

  const words = useMemo<Words | null>(() => {
    if (spoken === null) return null;
    const speech = createSpeech(spoken.catalogue, spoken.language);
    const chooseLanguage = (code: LanguageCode) => {
      keepPick(code);
      dropAsked();
      setPicked(code);
    };
    return { ...speech, ...createProblemSpeech(speech, application), chooseLanguage, heedAccount: setAccount };
  }, [spoken, application]);

  if (words === null) return null;
  return (
    <WordsContext value={words}>
      <ComponentWordsContext value={componentWords(words)}>{children}</ComponentWordsContext>
    </WordsContext>
  );
}

function componentWords({ say, problem }: Words): ComponentWords {
  return {
    show: say('common.show'),
    hide: say('common.hide'),
    showTyped: (label) => say('common.showTyped', { label }),
    hideTyped: (label) => say('common.hideTyped', { label }),
    tryAgain: say('common.tryAgain'),
    request: say('common.request'),
    copyRequestId: say('common.copyRequestId'),
    copied: say('common.copied'),
    problem,
  };
}

function askedLanguage(): string | null {
  return new URLSearchParams(location.search).get('lang');
}

/** The pick goes before the address from now on, so the address must not say otherwise. */
function dropAsked(): void {
  const address = new URL(location.href);
  address.searchParams.delete('lang');
  history.replaceState(history.state, '', address);
}

/** Where storage is blocked nothing is kept, and the pages work all the same. */
function readPick(): string | null {
  const asked = askedLanguage();
  // Whoever follows a link in a language stays in it on the pages behind.
  if (asked !== null && languageOf(asked) !== null) keepPick(asked);
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

function keepPick(code: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, code);
  } catch {
    // The choice then lasts as long as the page.
  }
}
