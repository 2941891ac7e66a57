/** What tests of logging in by mail do over and over: asking for a mail, reading it, and bringing its link or its code. */

import { ATTEMPT_COOKIE } from '../../main/accounts/mail-log-in/browser.ts';
import { type AccountsApp, type Response, tokenIn } from './accounts.ts';

export interface MailRequest {
  transport?: 'cookie';
  headers?: Record<string, string>;
  ip?: string;
}

/** Asks from a network of its own, so that what one test guesses is not counted against the next. */
export class MailReader {
  static #networks = 0;
  readonly #app: AccountsApp;
  readonly ip: string;

  constructor(app: AccountsApp) {
    MailReader.#networks += 1;
    this.#app = app;
    this.ip = `203.0.113.${MailReader.#networks}`;
  }

  request(email: string, { transport, ...ask }: MailRequest = {}): Promise<Response> {
    const body = { email, ...(transport ? { transport } : {}) };
    return this.#app.ask('POST', 'log-in/mail', { ip: this.ip, ...ask, body });
  }

  byLink(body: object, headers = {}): Promise<Response> {
    return this.#app.ask('POST', 'log-in/mail/link', { ip: this.ip, body, headers });
  }

  byCode(body: object, headers = {}): Promise<Response> {
    return this.#app.ask('POST', 'log-in/mail/code', { ip: this.ip, body, headers });
  }

  /** The newest mail to log in with. */
  async mailTo(email: string): Promise<string> {
    await this.#app.sendMail();
    return (await this.#app.mailsTo(email)).find(({ template }) => template === 'log_in')?.text ?? '';
  }

  /** Asks for a mail and reads it. */
  async asked(email: string, ip = this.ip): Promise<{ attempt: string; token: string; code: string }> {
    const { attempt } = (await this.request(email, { ip })).json();
    const text = await this.mailTo(email);
    return { attempt, token: tokenIn(text), code: /: (\d{6})\./.exec(text)?.[1] ?? '' };
  }
}

/** By which the browser says that it is the one that asked. */
export function attemptCookieOf(response: Response): { cookie: string } {
  const cookie = response.cookies.find(({ name }) => name === ATTEMPT_COOKIE);
  return { cookie: `${ATTEMPT_COOKIE}=${cookie?.value}` };
}
