/** Only this machine, unless told otherwise. */

import { expect, test } from 'vitest';
import { checkTarget } from '../../main/loadtest/target.ts';

test.each(['http://127.0.0.1:8400', 'http://localhost', 'https://127.5.0.9', 'http://[::1]:80', 'http://0x7f.1'])(
  '%s is this machine',
  (url) => expect(() => checkTarget(url, false)).not.toThrow(),
);

test.each(['http://example.com', 'http://10.0.0.1', 'http://127.0.0.1.example.com', 'http://[::2]', 'http://0.0.0.0'])(
  '%s is another',
  (url) => {
    expect(() => checkTarget(url, false)).toThrow('is another machine');
    expect(() => checkTarget(url, true)).not.toThrow();
  },
);

test.each(['127.0.0.1:8400', 'ftp://localhost', ''])('"%s" is no HTTP address', (url) => {
  expect(() => checkTarget(url, true)).toThrow('is no HTTP address');
});
