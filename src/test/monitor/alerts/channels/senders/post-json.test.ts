import { describe, expect, test } from 'vitest';
import { postJson } from '../../../../../main/monitor/alerts/channels/senders/post-json.ts';
import { findFreePort } from '../../../../support/free-port.ts';
import { startReceiver } from '../../../../support/receiver.ts';

const receiver = await startReceiver();
const SECRET_PATH = '/services/T000/B000/XyZ123secret';
const post = (over: Partial<Parameters<typeof postJson>[0]> = {}) =>
  postJson({
    ...{ receiver: 'Slack', url: `${receiver.url}${SECRET_PATH}`, body: '{}', signal: AbortSignal.timeout(5_000) },
    ...over,
  });

describe('what an answer means', () => {
  test.each([
    [200, 'delivered'],
    [202, 'delivered'],
    [204, 'delivered'],
    [301, 'refused'],
    [307, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [408, 'again'],
    [410, 'refused'],
    [425, 'again'],
    [429, 'again'],
    [500, 'again'],
    [503, 'again'],
  ])('%i is %s', async (status, result) => {
    receiver.answer(() => ({ status }));
    expect(await post()).toMatchObject({ result, sentence: expect.stringContaining(`Slack answered ${status}`) });
  });

  test('reg/I5-a-redirect-is-not-followed-wherever-it-leads', async () => {
    const before = receiver.received.length;
    receiver.answer(() => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` } }));
    expect((await post()).sentence).toContain('Redirects are not followed');
    expect(receiver.received.slice(before).map(({ path }) => path)).toEqual([SECRET_PATH]);
  });

  test('Retry-After is heard in seconds and as a date, up to a bound', async () => {
    const after = async (value: string) => {
      receiver.answer(() => ({ status: 429, headers: { 'retry-after': value } }));
      return (await post()).retryAfterMs;
    };
    expect(await after('7')).toBe(7_000);
    expect(await after('86400')).toBe(15 * 60_000);
    expect(await after(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
    expect(await after('-1')).toBeUndefined();
    expect(await after('soon')).toBeUndefined();
  });

  test('what was said is shown short, as text, and without what is secret', async () => {
    receiver.answer(() => ({
      status: 404,
      text: `<html><b>no_service</b>\u0000\u202e at ${SECRET_PATH} with key-12345678 ${'x'.repeat(500)}</html>`,
    }));
    const { sentence } = await post({ secrets: ['key-12345678', null] });
    expect(sentence).toContain('no_service');
    expect(sentence).not.toMatch(/XyZ123secret|key-12345678|[<>]|\p{C}/u);
    expect(sentence.length).toBeLessThan(220);
  });

  test('an answer without an end is not read to its end', async () => {
    receiver.answer(() => ({ status: 500, text: 'a'.repeat(5_000_000) }));
    expect((await post()).sentence.length).toBeLessThan(220);
  });
});

describe('a receiver', () => {
  test('that says nothing is left in time', async () => {
    receiver.answer(() => 'hang');
    const outcome = await post({ signal: AbortSignal.timeout(80) });
    expect(outcome).toEqual({ result: 'again', sentence: 'Slack did not answer in time.' });
  });

  test('that is not there is tried again', async () => {
    const outcome = await post({ url: `http://127.0.0.1:${await findFreePort()}/` });
    expect(outcome).toEqual({ result: 'again', sentence: 'Slack could not be reached: ECONNREFUSED.' });
  });

  test('is given name and password of its address, and no other sees them', async () => {
    receiver.answer(() => ({ status: 200 }));
    const url = new URL(receiver.url);
    url.username = 'ada';
    url.password = 'p@ss';
    expect((await post({ url: url.href })).result).toBe('delivered');
    const authorization = receiver.received.at(-1)?.headers.authorization;
    expect(authorization).toBe(`Basic ${Buffer.from('ada:p@ss').toString('base64')}`);
  });
});
