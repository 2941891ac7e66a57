/** Aquifer in a process of its own, with its first operator and what a benchmark needs to talk to it. */

import { BEYOND_LIMITS } from './beyond-limits.ts';
import { type ChildServer, startChildServer } from './child-server.ts';

export interface AquiferServer extends ChildServer {
  operatorToken: string;
  /** One JSON request; throws with the problem's text where it is refused. */
  call<Answer>(method: string, path: string, options?: { token?: string; body?: unknown }): Promise<Answer>;
}

export const PASSWORD = 'a long walk along the river';

export async function startAquifer(
  databaseUrl: string,
  environment: Record<string, string> = {},
): Promise<AquiferServer> {
  const script = new URL('../../main/cli/main.js', import.meta.url);
  const server = await startChildServer(script, ['start', '--json'], {
    ...{ DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'error', ...BEYOND_LIMITS },
    ...environment,
  });
  const call = async <Answer>(
    method: string,
    path: string,
    { token, body }: { token?: string; body?: unknown } = {},
  ) => {
    const answer = await fetch(new URL(path, server.url), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as Answer;
  };
  const setupToken = /#token=([\w-]+)/.exec(server.errorText())?.[1];
  const { token: operatorToken } = await call<{ token: string }>('POST', '/v1/accounts/first-operator', {
    body: { token: setupToken, email: 'operator@example.org', password: PASSWORD },
  });
  return { ...server, operatorToken, call };
}
