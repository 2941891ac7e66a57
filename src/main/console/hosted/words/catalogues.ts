// All that the hosted pages say, by language. English is the measure: TypeScript refuses a catalogue that lacks a key of it.
import { accountEn } from './account-en.ts';
import { en } from './en.ts';
import type { LanguageCode } from './languages.ts';
import { problemsEn } from './problems-en.ts';

export const english = { ...en, ...problemsEn, ...accountEn };

export type WordKey = keyof typeof english;
export type Catalogue = Readonly<Record<WordKey, string>>;

/** English is at hand; another language comes with the first page that speaks it. */
export async function loadCatalogue(code: LanguageCode): Promise<Catalogue> {
  if (code === 'de') return (await import('./catalogue-de.ts')).german;
  if (code === 'ar') return (await import('./catalogue-ar.ts')).arabic;
  return english;
}
