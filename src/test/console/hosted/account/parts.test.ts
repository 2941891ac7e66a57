import { expect, test } from 'vitest';
import { accountParts, partOf } from '../../../../main/console/hosted/account/parts.ts';
import { english } from '../../../../main/console/hosted/words/catalogues.ts';

test.each(accountParts)('#%s leads to that part, which has a name and a sentence', (part) => {
  expect(partOf(`#${part}`)).toBe(part);
  expect(english[`account.part.${part}`]).not.toBe('');
  expect(english[`account.about.${part}`]).not.toBe('');
});

test.each(['', '#', '#nowhere', '#Security', '#token=abc'])(
  'anything else, such as “%s”, leads to the first',
  (fragment) => {
    expect(partOf(fragment)).toBe('profile');
  },
);
