import { describe, expect, test } from 'vitest';
import { deviceIcon, deviceName, methodWords, placeName } from '../../../../main/console/hosted/account/device-name.ts';
import { arabic } from '../../../../main/console/hosted/words/catalogue-ar.ts';
import { german } from '../../../../main/console/hosted/words/catalogue-de.ts';
import { english } from '../../../../main/console/hosted/words/catalogues.ts';
import { languageOf } from '../../../../main/console/hosted/words/languages.ts';
import { createSpeech } from '../../../../main/console/hosted/words/speech.ts';

const speak = (catalogue: typeof english | typeof german, code: string) => {
  const language = languageOf(code);
  if (!language) throw new Error(`No language ${code}.`);
  return createSpeech(catalogue, language);
};
const en = speak(english, 'en');
const de = speak(german, 'de');
const ar = speak(arabic, 'ar');

describe('a device', () => {
  const device = (browser: string | null, system: string | null) => ({ browser, system, kind: 'desktop' as const });

  test('is its browser and its system, as far as they are known', () => {
    expect(deviceName(device('Firefox', 'Linux'), en)).toBe('Firefox on Linux');
    expect(deviceName(device('Firefox', 'Linux'), de)).toBe('Firefox auf Linux');
    expect(deviceName(device(null, 'Linux'), en)).toBe('Linux');
    expect(deviceName(device(null, null), de)).toBe('Unbekanntes Gerät');
  });

  test.each([
    ['phone', 'phone'],
    ['tablet', 'phone'],
    ['program', 'prompt'],
    ['desktop', 'screen'],
    ['unknown', 'screen'],
  ] as const)('of the kind %s has the picture %s', (kind, icon) => {
    expect(deviceIcon({ browser: null, system: null, kind })).toBe(icon);
  });
});

describe('a place', () => {
  test('has its country in the reader’s language', () => {
    expect(placeName({ city: 'Wien', country: 'AT' }, en)).toBe('Wien, Austria');
    expect(placeName({ city: 'Wien', country: 'AT' }, de)).toBe('Wien, Österreich');
    expect(placeName({ city: null, country: 'Portugal' }, en)).toBe('Portugal');
  });

  test('is nothing where nothing is known', () => {
    expect(placeName(null, en)).toBeNull();
    expect(placeName({ city: null, country: null }, en)).toBeNull();
  });
});

test('ways to log in are a list in any language, and what no catalogue knows is left out', () => {
  expect(methodWords(['password', 'totp'], en)).toBe('password and authenticator app');
  expect(methodWords(['password', 'telepathy'], de)).toBe('Passwort');
  expect(methodWords(['password', 'passkey'], ar)).toContain(' ومفتاح مرور');
  expect(methodWords([], en)).toBe('');
});
