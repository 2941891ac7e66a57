// Who the user is: sign-up, log-in, sessions and passwords; for operators, everybody's.
import type {
  ChangeMe,
  ChangePassword,
  ChangeUser,
  CheckMail,
  FirstOperator,
  LoggedIn,
  LogIn,
  Mail,
  Me,
  NewUser,
  Renewed,
  ResetPassword,
  Session,
  SessionOfUser,
  SessionTransport,
  Settings,
  Signed,
  SignedUp,
  SignUp,
  User,
  Verified,
  VerifyEmail,
} from '../accounts/schema.ts';
import { createApiKeysClient } from './api-keys.ts';
import { createAuditClient } from './audit.ts';
import { createFactorsClient } from './factors.ts';
import type { Page, PageRequest } from './page.ts';
import { createMailLogInClient, createPasskeysClient } from './passkeys.ts';
import { createRolesClient } from './roles.ts';
import { createSocialClient } from './social.ts';
import { createOwnDataClient, createTokensClient } from './tokens.ts';
import type { Transport } from './transport.ts';

export type { Mail, Session, SessionOfUser, SessionTransport, Settings, Signed, User, Verified };

const base = '/v1/accounts';

/** The accounts part of the client. Tokens that the server hands out are used from then on. */
export function createAccountsClient(transport: Transport) {
  const { send } = transport;
  const keep = keepToken(transport);
  return {
    settings: () => send<Settings>('GET', `${base}/settings`),
    /** `check_mail` is the answer for every address, known or not; `signed_up` where none has to be verified. */
    async signUp(input: SignUp): Promise<CheckMail | SignedUp> {
      const answer = await send<CheckMail | SignedUp>('POST', `${base}/sign-up`, { body: input });
      return answer.status === 'signed_up' ? keep(answer) : answer;
    },
    /** Consumes the link from the mail and logs in. */
    async verifyEmail(input: VerifyEmail): Promise<Verified> {
      const answer = await send<Verified>('POST', `${base}/verify-email`, { body: input });
      return 'secondFactor' in answer ? answer : keep(answer);
    },
    resendVerification: (email: string) => send<CheckMail>('POST', `${base}/verify-email/resend`, { body: { email } }),
    /** With a second factor there is no session yet: the answer says what is asked for. */
    async logIn(input: LogIn): Promise<LoggedIn> {
      const answer = await send<LoggedIn>('POST', `${base}/log-in`, { body: input });
      return 'secondFactor' in answer ? answer : keep(answer);
    },
    async logOut() {
      await send<void>('POST', `${base}/log-out`);
      transport.setToken(null);
    },
    me: (signal?: AbortSignal) => send<Me>('GET', `${base}/me`, { signal }),
    /** What is left out stays as it is. */
    changeMe: (change: ChangeMe) => send<{ readonly user: User }>('PATCH', `${base}/me`, { body: change }),
    changeName: (name: string | null) => send<{ readonly user: User }>('PATCH', `${base}/me`, { body: { name } }),
    /** Ends every other session of the user and renews this one. */
    changePassword: (input: ChangePassword) =>
      send<Renewed>('POST', `${base}/password/change`, {
        body: input,
      }).then(keep),
    forgotPassword: (email: string) => send<CheckMail>('POST', `${base}/password/forgot`, { body: { email } }),
    /** Ends every session of the user; it does not log in. */
    resetPassword: (input: ResetPassword) => send<void>('POST', `${base}/password/reset`, { body: input }),
    async listSessions(signal?: AbortSignal): Promise<readonly Session[]> {
      return (await send<{ sessions: Session[] }>('GET', `${base}/sessions`, { signal })).sessions;
    },
    revokeSession: (id: string) => send<void>('DELETE', `${base}/sessions/${encodeURIComponent(id)}`),
    revokeOtherSessions: () => send<{ readonly revoked: number }>('DELETE', `${base}/sessions`),
    rotateSession: () => send<Renewed>('POST', `${base}/sessions/rotate`).then(keep),
    factors: createFactorsClient(transport, keep),
    passkeys: createPasskeysClient(transport, keep),
    mailLogIn: createMailLogInClient(transport, keep),
    social: createSocialClient(transport),
    roles: createRolesClient(transport),
    apiKeys: createApiKeysClient(transport),
    audit: createAuditClient(transport),
    tokens: createTokensClient(transport),
    ...createOwnDataClient(transport),
    operator: createOperatorCalls(transport),
  };
}

/** Hands an answer on; a token in it is used for the requests that follow. */
function keepToken(transport: Transport) {
  return <Answer extends { readonly token?: string; readonly accessToken?: string }>(answer: Answer): Answer => {
    const token = answer.token ?? answer.accessToken;
    if (token !== undefined) transport.setToken(token);
    return answer;
  };
}

/** What only operators may call. */
function createOperatorCalls(transport: Transport) {
  const { send } = transport;
  const keep = keepToken(transport);
  const user = (id: string) => `${base}/users/${encodeURIComponent(id)}`;
  return {
    isFirstNeeded: (signal?: AbortSignal) =>
      send<{ readonly needed: boolean }>('GET', `${base}/first-operator`, { signal }),
    createFirst: (input: FirstOperator) => send<Signed>('POST', `${base}/first-operator`, { body: input }).then(keep),
    async listUsers(request: PageRequest & { readonly search?: string }, signal?: AbortSignal): Promise<Page<User>> {
      const answer = await send<{ users: User[]; nextCursor: string | null }>('GET', `${base}/users`, {
        query: { ...request },
        signal,
      });
      return { items: answer.users, nextCursor: answer.nextCursor };
    },
    createUser: (input: NewUser) => send<{ readonly user: User }>('POST', `${base}/users`, { body: input }),
    async getUser(id: string, signal?: AbortSignal): Promise<User> {
      return (await send<{ user: User }>('GET', user(id), { signal })).user;
    },
    /** Disabling a user ends his sessions at once. */
    async changeUser(id: string, change: ChangeUser): Promise<User> {
      return (await send<{ user: User }>('PATCH', user(id), { body: change })).user;
    },
    async listSessionsOf(id: string, signal?: AbortSignal): Promise<readonly Session[]> {
      return (await send<{ sessions: Session[] }>('GET', `${user(id)}/sessions`, { signal })).sessions;
    },
    revokeSessionsOf: (id: string) => send<{ readonly revoked: number }>('DELETE', `${user(id)}/sessions`),
    async listAllSessions(request: PageRequest, signal?: AbortSignal): Promise<Page<SessionOfUser>> {
      const answer = await send<{ sessions: SessionOfUser[]; nextCursor: string | null }>(
        'GET',
        `${base}/all-sessions`,
        { query: { ...request }, signal },
      );
      return { items: answer.sessions, nextCursor: answer.nextCursor };
    },
    async listMails(request: PageRequest, signal?: AbortSignal): Promise<Page<Mail>> {
      const answer = await send<{ mails: Mail[]; nextCursor: string | null }>('GET', `${base}/mailbox`, {
        query: { ...request },
        signal,
      });
      return { items: answer.mails, nextCursor: answer.nextCursor };
    },
    async getMail(id: string, signal?: AbortSignal): Promise<Mail> {
      return (await send<{ mail: Mail }>('GET', `${base}/mailbox/${encodeURIComponent(id)}`, { signal })).mail;
    },
    emptyMailbox: () => send<void>('DELETE', `${base}/mailbox`),
  };
}
