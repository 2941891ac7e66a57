import { describe, expect, test } from 'vitest';
import { describeDevice, deviceInWords } from '../../../main/accounts/sessions/device.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const known: [text: string, browser: string | null, system: string | null, kind: string][] = [
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
    'Chrome',
    'Windows',
    'desktop',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
    'Edge',
    'Windows',
    'desktop',
  ],
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/120.0`, 'Opera', 'Linux', 'desktop'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox', 'Linux', 'desktop'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    'Safari',
    'macOS',
    'desktop',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPhone',
    'phone',
  ],
  ['Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) CriOS/140.0 Mobile/15E148', 'Chrome', 'iPad', 'tablet'],
  [
    `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${WEBKIT} Chrome/140.0 Mobile Safari/537.36`,
    'Chrome',
    'Android',
    'phone',
  ],
  [`Mozilla/5.0 (Linux; Android 15; Tab) ${WEBKIT} Chrome/140.0 Safari/537.36`, 'Chrome', 'Android', 'tablet'],
  [
    `Mozilla/5.0 (Linux; Android 15) ${WEBKIT} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36`,
    'Samsung Internet',
    'Android',
    'phone',
  ],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0 Safari/537.36`, 'Chrome', 'ChromeOS', 'desktop'],
  ['curl/8.5.0', 'curl', null, 'program'],
  ['node', 'Node.js', null, 'program'],
  ['undici', 'Node.js', null, 'program'],
  ['okhttp/4.12.0', 'okhttp', null, 'program'],
  ['python-requests/2.32', 'Python', null, 'program'],
  ['Buy our things at https://evil.example', null, null, 'unknown'],
];

describe('a device', () => {
  test.each(known)('%s', (text, browser, system, kind) => {
    expect(describeDevice(text)).toEqual({ browser, system, kind });
  });

  test.each([null, '', '   '])('is unknown where nothing is said (%j)', (text) => {
    expect(describeDevice(text)).toEqual({ browser: null, system: null, kind: 'unknown' });
    expect(deviceInWords(text)).toBeUndefined();
  });

  test('in words it never repeats what its sender wrote', () => {
    expect(deviceInWords('Mozilla/5.0 (X11; Linux) Firefox/1.0 <b>call 0800</b>')).toBe('Firefox on Linux');
    expect(deviceInWords('Buy our things at https://evil.example')).toBeUndefined();
    expect(deviceInWords('curl/8.5.0')).toBe('curl');
  });

  test('a text made to be slow is not', () => {
    const startedAt = performance.now();
    describeDevice(`Version/${' '.repeat(400)}${'Version/'.repeat(50)}`.slice(0, 500));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
