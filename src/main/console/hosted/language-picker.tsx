// The choice of language, in each language's own name, so that it is found by who cannot read the page.
import { useWords } from './use-words.ts';
import { LANGUAGES, languageOf } from './words/languages.ts';

export function LanguagePicker() {
  const { say, language, chooseLanguage } = useWords();
  return (
    <label className="language-picker">
      <svg aria-hidden="true" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.2">
        <circle cx="8" cy="8" r="6" />
        <path d="M2 8h12M8 2c3.400 3.400 3.400 8.600 0 12M8 2c-3.400 3.400-3.400 8.600 0 12" />
      </svg>
      <span className="only-for-screen-readers">{say('common.language')}</span>
      <select
        value={language.code}
        onChange={(event) => {
          const picked = languageOf(event.target.value);
          if (picked) chooseLanguage(picked.code);
        }}
      >
        {LANGUAGES.map(({ code, name, direction }) => (
          <option key={code} value={code} lang={code} dir={direction}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
