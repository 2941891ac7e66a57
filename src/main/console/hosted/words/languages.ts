// The languages the hosted pages speak, and which of them a visitor gets.

export interface Language {
  readonly code: LanguageCode;
  /** As those who speak it call it. */
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
  /** For dates, numbers and plurals. Codes are typed in Western digits, so that is what every page shows. */
  readonly locale: string;
}

export type LanguageCode = 'en' | 'de' | 'ar';

export const LANGUAGES: readonly Language[] = [
  { code: 'en', name: 'English', direction: 'ltr', locale: 'en-GB' },
  { code: 'de', name: 'Deutsch', direction: 'ltr', locale: 'de' },
  { code: 'ar', name: 'العربية', direction: 'rtl', locale: 'ar-u-nu-latn' },
];

const [ENGLISH] = LANGUAGES as readonly [Language, ...Language[]];

export interface LanguageWishes {
  /** `?lang` of the address: whoever made the link knows best. */
  readonly asked: string | null;
  /** What was picked on these pages before. */
  readonly picked: string | null;
  /** What the account says, once somebody is logged in. */
  readonly account: string | null;
  /** `navigator.languages`. */
  readonly browser: readonly string[];
}

/** The first wish that can be fulfilled, in the order of the fields; English where there is none. */
export function pickLanguage({ asked, picked, account, browser }: LanguageWishes): Language {
  for (const wish of [asked, picked, account, ...browser]) {
    const language = wish === null ? null : languageOf(wish);
    if (language) return language;
  }
  return ENGLISH;
}

/** The language a tag such as `de-AT` belongs to, or null where these pages do not speak it. */
export function languageOf(tag: string): Language | null {
  const [code] = tag.toLowerCase().split(/[-_]/);
  return LANGUAGES.find((language) => language.code === code) ?? null;
}
