// Which language a visitor gets.
import { expect, test } from 'vitest';
import { languageOf, pickLanguage } from '../../../../main/console/hosted/words/languages.ts';

const nothing = { asked: null, picked: null, account: null, browser: [] };

test('the address goes before the pick, the pick before the account, the account before the browser', () => {
  const wishes = { asked: 'ar', picked: 'de', account: 'en', browser: ['de-AT'] };
  expect(pickLanguage(wishes).code).toBe('ar');
  expect(pickLanguage({ ...wishes, asked: null }).code).toBe('de');
  expect(pickLanguage({ ...wishes, asked: null, picked: null }).code).toBe('en');
  expect(pickLanguage({ ...nothing, browser: ['fr', 'de-AT', 'ar'] }).code).toBe('de');
});

test('a language that is not spoken here is passed over, and English is what is left', () => {
  expect(pickLanguage({ ...nothing, asked: 'fr', picked: 'tlh', browser: ['ja'] }).code).toBe('en');
  expect(pickLanguage({ ...nothing, asked: '<script>', browser: ['ar-EG'] }).code).toBe('ar');
});

test('a tag belongs to its language in any spelling', () => {
  expect(languageOf('DE-ch')?.code).toBe('de');
  expect(languageOf('ar_EG')?.direction).toBe('rtl');
  expect(languageOf('')).toBeNull();
});
