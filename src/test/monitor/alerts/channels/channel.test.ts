import { describe, expect, test } from 'vitest';
import { checkAccess, readSigningKey, showTarget } from '../../../../main/monitor/alerts/channels/channel.ts';
import type { ChannelKind } from '../../../../main/monitor/alerts/channels/schema.ts';

describe('what an operator gives', () => {
  test('is brought into one form', () => {
    expect(checkAccess('mail', { target: ' ada@example.com,bob@example.com , ada@example.com,' })).toEqual({
      target: 'ada@example.com, bob@example.com',
      secret: null,
    });
    expect(checkAccess('pagerduty', { secret: ' R0UT1NG ' })).toEqual({
      target: 'https://events.pagerduty.com/v2/enqueue',
      secret: 'R0UT1NG',
    });
    expect(checkAccess('slack', { target: 'https://hooks.slack.com/services/T0/B0/x#top' })).toEqual({
      target: 'https://hooks.slack.com/services/T0/B0/x',
      secret: null,
    });
    expect(checkAccess('alertmanager', { target: 'http://10.0.0.7:9093' }).secret).toBeNull();
  });

  test('a webhook without a key gets one of 256 bits', () => {
    const [one, two] = [
      checkAccess('webhook', { target: 'http://x.example' }),
      checkAccess('webhook', { target: 'http://x.example' }),
    ];
    expect(one.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(readSigningKey(one.secret ?? '')).toHaveLength(32);
    expect(one.secret).not.toBe(two.secret);
  });

  test.each<[ChannelKind, { target?: string; secret?: string }, RegExp]>([
    ['mail', {}, /1 to 20 addresses/],
    ['mail', { target: 'ada@example.com, nobody' }, /^nobody is no mail address/],
    ['mail', { target: 'a@b.c\r\nBcc: x@y.z' }, /no mail address/],
    ['mail', { target: Array.from({ length: 21 }, (_, index) => `a${index}@b.c`).join() }, /1 to 20/],
    ['webhook', { target: 'ftp://files.example' }, /begins with https/],
    ['webhook', { target: 'file:///etc/passwd' }, /begins with https/],
    ['webhook', { target: 'market' }, /begins with https/],
    ['webhook', { target: 'https://x.example', secret: 'whsec_c2hvcnQ=' }, /24 to 64 bytes/],
    ['webhook', { target: 'https://x.example', secret: 'a'.repeat(44) }, /must be whsec_/],
    ['slack', {}, /begins with https/],
    ['slack', { target: 'https://x.example', secret: 'x' }, /takes no secret/],
    ['pagerduty', {}, /integration key/],
    ['alertmanager', { target: 'http://x.example', secret: 'two words' }, /no key has/],
  ])('is refused where %s cannot take it', (kind, given, said) => {
    expect(() => checkAccess(kind, given)).toThrow(said);
  });

  test.each<[ChannelKind, string, string]>([
    ['slack', 'https://hooks.slack.com/services/T0/B0/x', 'https://hooks.slack.com/…'],
    ['webhook', 'https://ada:pass@x.example/a?key=1', 'https://x.example/…'],
    ['webhook', 'https://x.example/', 'https://x.example'],
    ['alertmanager', 'http://ada:pass@10.0.0.7:9093/am', 'http://10.0.0.7:9093'],
    ['mail', 'ada@example.com', 'ada@example.com'],
  ])('of the address of %s no secret is shown', (kind, target, shown) => {
    expect(showTarget(kind, { target, secret: 's' })).toBe(shown);
  });
});
