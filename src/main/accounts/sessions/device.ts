/**
 * What a session was opened with, as far as its user agent says. It serves people who look through their sessions; nothing
 * is decided by it, since whoever sends a user agent may write what he likes.
 */

import type { Device } from '../schema.ts';

type Pattern = readonly [pattern: RegExp, name: string];

// Order matters: most browsers name those that they descend from too.
const browsers: readonly Pattern[] = [
  [/\bEdg(?:A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOPX\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\//, 'Chromium without a window'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];

const systems: readonly Pattern[] = [
  [/\biPhone\b|\biPod\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

/** Programs name themselves first, and only what is well known is repeated. */
const programs: readonly Pattern[] = [
  [/^curl\//, 'curl'],
  [/^Wget\//, 'Wget'],
  [/^(?:node\b|undici)/i, 'Node.js'],
  [/^okhttp\//, 'okhttp'],
  [/^Dart\//, 'Dart'],
  [/^(?:python-|Python\/)/, 'Python'],
  [/^Go-http-client\//, 'Go'],
  [/^PostmanRuntime\//, 'Postman'],
];

const nameIn = (patterns: readonly Pattern[], text: string) =>
  patterns.find(([pattern]) => pattern.test(text))?.[1] ?? null;

export function describeDevice(userAgent: string | null): Device {
  const text = userAgent?.trim() ?? '';
  const program = nameIn(programs, text);
  if (program !== null) return { browser: program, system: nameIn(systems, text), kind: 'program' };
  const browser = nameIn(browsers, text);
  const system = nameIn(systems, text);
  return { browser, system, kind: kindOf(text, system) };
}

function kindOf(text: string, system: string | null): Device['kind'] {
  switch (system) {
    case null:
      return 'unknown';
    case 'iPhone':
      return 'phone';
    case 'iPad':
      return 'tablet';
    case 'Android':
      // Google's own rule: a tablet leaves out the word Mobile.
      return /\bMobile\b/.test(text) ? 'phone' : 'tablet';
    default:
      return 'desktop';
  }
}

/** For a sentence: `Firefox on Linux`; undefined where nothing is known. Its words are ours, never the sender's. */
export function deviceInWords(userAgent: string | null): string | undefined {
  const { browser, system } = describeDevice(userAgent);
  if (browser !== null && system !== null) return `${browser} on ${system}`;
  return browser ?? system ?? undefined;
}
