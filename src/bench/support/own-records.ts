/** A user with records of his own, for benchmarks that read them over HTTP. */

import { type AquiferServer, PASSWORD } from './aquifer-server.ts';

const RECORDS = 200;

export interface OwnRecords {
  /** The user's session. */
  token: string;
  ids: string[];
}

export async function prepareRecords(aquifer: AquiferServer): Promise<OwnRecords> {
  const { call, operatorToken } = aquifer;
  const fields = [
    { name: 'title', type: 'text' },
    { name: 'body', type: 'text' },
  ];
  await call('POST', '/v1/data/collections', { token: operatorToken, body: { name: 'notes', fields } });
  const email = 'ada@example.org';
  const user = { email, password: PASSWORD, role: 'user' };
  await call('POST', '/v1/accounts/users', { token: operatorToken, body: user });
  const { token } = await call<{ token: string }>('POST', '/v1/accounts/log-in', {
    body: { email, password: PASSWORD },
  });
  const ids: string[] = [];
  for (let index = 0; index < RECORDS; index += 1) {
    const body = { title: `Note ${index}`, body: 'Water finds its level. '.repeat(8) };
    const { record } = await call<{ record: { id: string } }>('POST', '/v1/data/records/notes', { token, body });
    ids.push(record.id);
  }
  return { token, ids };
}
