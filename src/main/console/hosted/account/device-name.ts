// A device, a place and the ways to log in, as a person of any language calls them.
import type { Session } from '../../../client/index.ts';
import type { IconName } from '../../components/icon.tsx';
import type { Words } from '../use-words.ts';

type Device = Session['device'];
type Place = Session['place'];

/** "Firefox on Linux", or what of it is known. */
export function deviceName({ browser, system }: Device, { say }: Pick<Words, 'say'>): string {
  if (browser !== null && system !== null) return say('account.device.on', { browser, system });
  return browser ?? system ?? say('account.device.unknown');
}

export function deviceIcon({ kind }: Device): IconName {
  if (kind === 'phone' || kind === 'tablet') return 'phone';
  return kind === 'program' ? 'prompt' : 'screen';
}

/** "Lisbon, Portugal"; a country that comes as its code is named in the reader's language. */
export function placeName(place: Place, { language }: Pick<Words, 'language'>): string | null {
  if (place === null) return null;
  const parts = [place.city, place.country === null ? null : countryName(place.country, language.locale)];
  return parts.filter((part) => part !== null).join(language.code === 'ar' ? '، ' : ', ') || null;
}

function countryName(country: string, locale: string): string {
  if (!/^[A-Z]{2}$/.test(country)) return country;
  return new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }).of(country) ?? country;
}

/** "password and authenticator app". What no catalogue knows is left out. */
export function methodWords(methods: readonly string[], words: Pick<Words, 'sayIfKnown' | 'language'>): string {
  const named = methods.map((method) => words.sayIfKnown(`account.method.${method}`)).filter((name) => name !== null);
  return new Intl.ListFormat(words.language.locale, { type: 'conjunction' }).format(named);
}
