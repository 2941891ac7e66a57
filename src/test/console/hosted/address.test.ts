// The hosted pages' addresses.
import { expect, test } from 'vitest';
import { addressOf, pageOf } from '../../../main/console/hosted/address.ts';

test('each path names its page, with or without a slash at the end', () => {
  expect(pageOf('/accounts')).toBe('account');
  expect(pageOf('/accounts/')).toBe('account');
  expect(pageOf('/accounts/log-in')).toBe('log-in');
  expect(pageOf('/accounts/reset-password/')).toBe('reset-password');
  expect(pageOf('/accounts/log-in/mail')).toBe('mail-log-in');
  expect(pageOf('/accounts/email/confirm')).toBe('email-confirm');
  expect(pageOf('/accounts/else')).toBe('not-found');
  expect(pageOf('/accounts/log-in/else')).toBe('not-found');
});

test('a link keeps where the visitor wants to go', () => {
  expect(addressOf('sign-up', '/app?tab=1')).toBe('/accounts/sign-up?next=%2Fapp%3Ftab%3D1');
  expect(addressOf('account', null)).toBe('/accounts/');
  expect(addressOf('set-up-factor', '/accounts/#security')).toBe(
    '/accounts/set-up-factor?next=%2Faccounts%2F%23security',
  );
});
