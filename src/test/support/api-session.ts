/** Calls of the API over a real socket, the way a program makes them. */

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON, text where it is not, undefined where it is empty. */
  body: unknown;
}

export interface Request {
  token?: string | undefined;
  body?: unknown;
  /** In place of `body`, as it stands. */
  text?: string;
  headers?: Record<string, string>;
}

/** Sends one request, JSON in and out. Rejects only where no answer comes. */
export async function call(url: string, method: Method, path: string, request: Request = {}): Promise<Answer> {
  const { token, body, text, headers } = request;
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content }),
  });
  const type = response.headers.get('content-type') ?? '';
  const { status, headers: answered } = response;
  if (type.startsWith('text/event-stream')) {
    // It has no end; that it began is all that can be said of it here.
    await response.body?.cancel();
    return { status, headers: answered, body: undefined };
  }
  const said = await response.text();
  const parsed = said !== '' && /[/+]json/.test(type) ? JSON.parse(said) : said || undefined;
  return { status, headers: answered, body: parsed };
}

/** The same, for what has to succeed; returns the body. */
export async function must<Body>(url: string, method: Method, path: string, request: Request = {}): Promise<Body> {
  const { status, body } = await call(url, method, path, request);
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
  return body as Body;
}

export const PASSWORD = 'seven green kettles sing';

/** Makes the first operator with the link that the server printed. */
export async function becomeOperator(url: string, setupLink: string | undefined): Promise<string> {
  const token = /#token=(\S+)$/.exec(setupLink ?? '')?.[1];
  if (!token) throw new Error('the server printed no link');
  const body = { token, email: 'operator@example.com', password: PASSWORD };
  return (await must<{ token: string }>(url, 'POST', '/v1/accounts/first-operator', { body })).token;
}
