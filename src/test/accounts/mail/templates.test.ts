import { expect, test } from 'vitest';
import {
  accountExists,
  invitation,
  passwordChanged,
  resetPassword,
  signUpAgain,
  verifyAddress,
} from '../../../main/accounts/mail/templates.ts';

const sender = { appName: 'Tom & "Jerry" <Club>', baseUrl: 'https://club.example' };
const occasion = { at: new Date('2026-11-23T07:30:00Z'), from: '203.0.113.7' };
const token = 'T'.repeat(43);

const all = {
  verifyAddress: verifyAddress(sender, token, occasion),
  accountExists: accountExists(sender, occasion),
  signUpAgain: signUpAgain(sender, occasion),
  resetPassword: resetPassword(sender, token, occasion),
  invitation: invitation(sender, token),
  passwordChanged: passwordChanged(sender, occasion),
};

test.each(Object.entries(all))('%s: every link begins with the base URL, its secret behind the #', (_name, mail) => {
  for (const link of `${mail.text} ${mail.html}`.match(/https?:[^\s"<]+/g) ?? []) {
    expect(link).toMatch(
      /^https:\/\/club\.example\/accounts\/(log-in|sign-up|verify#token=T{43}|reset-password#token=T{43})$/,
    );
  }
});

test.each(Object.entries(all))('%s: what is written is escaped in HTML', (_name, mail) => {
  expect(mail.html).toContain('Tom &amp; &quot;Jerry&quot; &lt;Club&gt;');
  expect(mail.html).not.toContain('<Club>');
  expect(mail.text).toContain(sender.appName);
});

test('a mail says when and from where it was asked for', () => {
  expect(all.resetPassword.text).toContain('on 2026-11-23 at 07:30 UTC from 203.0.113.7');
  expect(resetPassword(sender, token, { ...occasion, from: null }).text).toContain('07:30 UTC.');
});
