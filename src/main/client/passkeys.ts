// Logging in without a password: by passkey, and by a link or code in a mail. The browser's part of a passkey is not here.
import type { CheckMailForLogIn, MailLogIn, MailLogInCode, MailLogInLink } from '../accounts/mail-log-in/schema.ts';
import type {
  AddedPasskey,
  AddPasskey,
  CreationAnswer,
  LogInOptions,
  Passkey,
  PasskeyLogIn,
  RequestAnswer,
} from '../accounts/passkeys/schema.ts';
import type { LoggedIn, Verified } from '../accounts/schema.ts';
import type { Transport } from './transport.ts';

export type { AddedPasskey, CheckMailForLogIn, LogInOptions, MailLogIn, Passkey, PasskeyLogIn };

const base = '/v1/accounts';

/** Keeps the token of an answer that has one, as a password's log-in does. */
type Keep = <Answer extends { readonly token?: string; readonly accessToken?: string }>(answer: Answer) => Answer;

const keepIfSigned =
  (keep: Keep) =>
  <Answer extends LoggedIn>(answer: Answer): Answer => {
    if (!('secondFactor' in answer)) keep<{ token?: string; accessToken?: string }>(answer);
    return answer;
  };

export function createPasskeysClient({ send }: Transport, keep: Keep) {
  const own = (id: string) => `${base}/passkeys/${encodeURIComponent(id)}`;
  return {
    async list(signal?: AbortSignal): Promise<readonly Passkey[]> {
      return (await send<{ passkeys: Passkey[] }>('GET', `${base}/passkeys`, { signal })).passkeys;
    },
    /** For `navigator.credentials.create()`; good for five minutes and once. */
    registrationOptions: () => send<CreationAnswer>('POST', `${base}/passkeys/registration-options`),
    /** The session gets a new token, others end. With the first second factor the answer has recovery codes, this once. */
    add: (input: AddPasskey) => send<AddedPasskey>('POST', `${base}/passkeys`, { body: input }).then(keep),
    async rename(id: string, name: string): Promise<Passkey> {
      return (await send<{ passkey: Passkey }>('PATCH', own(id), { body: { name } })).passkey;
    },
    /** Ends the user's other sessions. */
    remove: (id: string) => send<void>('DELETE', own(id)),
    /** For `navigator.credentials.get()`, with `mediation: 'conditional'` too; good for five minutes and once. */
    logInOptions: () => send<LogInOptions>('POST', `${base}/log-in/passkey/options`),
    logIn: (input: PasskeyLogIn) =>
      send<LoggedIn>('POST', `${base}/log-in/passkey`, { body: input }).then(keepIfSigned(keep)),
    /** For a log-in that waits for its second factor; the answer goes to where the code would. */
    secondFactorOptions: (challenge: string) =>
      send<RequestAnswer>('POST', `${base}/log-in/second-factor/passkey-options`, { body: { challenge } }),
    stepUpOptions: () => send<RequestAnswer>('POST', `${base}/step-up/passkey-options`),
  };
}

export function createMailLogInClient({ send }: Transport, keep: Keep) {
  return {
    /** The same answer for every address. `attempt` is for the two calls below, where no cookie carries it. */
    request: (input: MailLogIn) => send<CheckMailForLogIn>('POST', `${base}/log-in/mail`, { body: input }),
    byLink: (input: MailLogInLink) =>
      send<Verified>('POST', `${base}/log-in/mail/link`, { body: input }).then(keepIfSigned(keep)),
    byCode: (input: MailLogInCode) =>
      send<Verified>('POST', `${base}/log-in/mail/code`, { body: input }).then(keepIfSigned(keep)),
  };
}
