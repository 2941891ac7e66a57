/**
 * Watches a flood from a process of its own, which has nothing else to do: how long a session check takes, and how long a log-in
 * is kept waiting for its refusal. Whoever sends the flood would measure how busy he is himself.
 */

import { createSenders, sendSteadily } from './flood-traffic.ts';

const CHECKS_PER_SECOND = 50;
const LOG_INS_PER_SECOND = 20;

const [url = '', token = '', durationMs = '0', withLogIns = ''] = process.argv.slice(2);
const { check, logIn, close } = createSenders(url, token, '10.255');
const [checks, logIns] = await Promise.all([
  sendSteadily(CHECKS_PER_SECOND, Number(durationMs), check),
  withLogIns === 'log-ins' ? sendSteadily(LOG_INS_PER_SECOND, Number(durationMs), logIn) : [],
]);
await close();
process.send?.({ checks, logIns });
