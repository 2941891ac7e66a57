// Second factors: the second half of a log-in, the fresh proof that sensitive calls ask for, and what a user has set up.
import type {
  AnswerChallenge,
  Enrolled,
  Factors,
  RememberedDevice,
  StepUp,
  TotpSetUp,
} from '../accounts/factors/schema.ts';
import type { Renewed, Signed } from '../accounts/schema.ts';
import type { Transport } from './transport.ts';

export type { AnswerChallenge, Enrolled, Factors, RememberedDevice, StepUp, TotpSetUp };

const base = '/v1/accounts';

/** Keeps the token of an answer that has one. */
type Keep = <Answer extends { readonly token?: string }>(answer: Answer) => Answer;

export function createFactorsClient({ send }: Transport, keep: Keep) {
  return {
    /** Completes a log-in that was answered with `secondFactor`. */
    answerChallenge: (input: AnswerChallenge) =>
      send<Signed>('POST', `${base}/log-in/second-factor`, { body: input }).then(keep),
    /** What a call that was refused with `step_up_required` asks for; make the call again afterwards. */
    stepUp: (input: StepUp) => send<Renewed>('POST', `${base}/step-up`, { body: input }).then(keep),
    get: (signal?: AbortSignal) => send<Factors>('GET', `${base}/factors`, { signal }),
    /** The secret is in this answer and never again; `uri` is for a QR code. */
    beginTotp: () => send<TotpSetUp>('POST', `${base}/factors/totp`),
    /** With the first factor the answer has recovery codes, this once. Every other session ends. */
    confirmTotp: (code: string) =>
      send<Enrolled>('POST', `${base}/factors/totp/confirm`, { body: { code } }).then(keep),
    removeTotp: () => send<void>('DELETE', `${base}/factors/totp`),
    /** They take the place of those before, and are shown this once. */
    renewRecoveryCodes: () => send<{ readonly codes: readonly string[] }>('POST', `${base}/factors/recovery-codes`),
    forgetDevices: () => send<{ readonly forgotten: number }>('DELETE', `${base}/factors/remembered-devices`),
    forgetDevice: (id: string) => send<void>('DELETE', `${base}/factors/remembered-devices/${encodeURIComponent(id)}`),
    /** For operators: for a user who has lost all of them. His sessions end. */
    resetFor: (userId: string) => send<void>('POST', `${base}/users/${encodeURIComponent(userId)}/factors/reset`),
  };
}
