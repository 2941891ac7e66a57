/** Incidents over a whole server: users are hurt, one opens, its cause is on it, calm closes it. */

import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '../../support/api-session.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await runApp();
});

const ask = <Body>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
  must<Body>(running.url, method, `/v1/monitor/${path}`, { token: running.operator, body });

test('nothing is open in calm', async () => {
  expect(await ask('GET', 'incidents')).toEqual({ incidents: [], nextCursor: null });
});

describe('by hand', () => {
  test('one is opened, noted on and closed', async () => {
    const opened = await ask<{ incident: { id: string } }>('POST', 'incidents', { title: 'Something smells' });
    expect(opened).toMatchObject({ incident: { state: 'open', title: 'Something smells', number: 1 } });
    await ask('POST', `incidents/${opened.incident.id}/notes`, { text: 'It is the fridge.' });
    const closed = await ask<object>('POST', `incidents/${opened.incident.id}/close`);
    expect(closed).toMatchObject({ incident: { state: 'closed' } });
  });
});
