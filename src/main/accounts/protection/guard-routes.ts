/**
 * Puts the routes at which strangers guess, or send mail to strangers, behind a proof of work while an attack is on, and
 * listens to their failures to know when one is. It wraps the routes in one place, so that a new way to log in needs one
 * line here and cannot be the one that forgot.
 */

import { AppError } from '../../foundation/errors.ts';
import { networkOf } from '../../foundation/network.ts';
import type { Route, RouteInput, RouteSchema } from '../../http/index.ts';
import { parseEmailAddress } from '../email-address.ts';
import { proofRequired } from './errors.ts';
import type { Protection } from './index.ts';

const PROOF_HEADER = 'aquifer-proof';

/** What asks for work in an attack. */
const AFTER_PROOF = new Set([
  'POST /v1/accounts/log-in',
  'POST /v1/accounts/log-in/mail',
  'POST /v1/accounts/log-in/mail/code',
  'POST /v1/accounts/sign-up',
  'POST /v1/accounts/password/forgot',
  'POST /v1/accounts/verify-email/resend',
]);

/** What is a failed guess, among the answers of all routes that anyone may call. */
const FAILURES = new Set(['invalid_credentials', 'too_many_attempts', 'invalid_link', 'wrong_code']);

type Handler = (input: RouteInput<RouteSchema>) => Promise<unknown>;

export function guardRoutes(routes: readonly Route[], protection: Protection): Route[] {
  return routes.map((one) => (one.access === 'public' ? guard(one, protection) : one));
}

function guard(one: Route, protection: Protection): Route {
  const name = `${one.method} ${one.path}`;
  const handle = one.handler as Handler;
  const asksForProof = AFTER_PROOF.has(name);
  const handler: Handler = async (input) => {
    if (asksForProof) await demandProof(name, protection, input);
    try {
      return await handle(input);
    } catch (error) {
      if (error instanceof AppError && FAILURES.has(error.code)) {
        protection.pressure.noteFailure(networkOf(input.context.ip));
      }
      throw error;
    }
  };
  return { ...one, handler };
}

/** @throws AppError proof_required, with a new challenge, also where the proof that came is no good */
async function demandProof(route: string, protection: Protection, input: RouteInput<RouteSchema>): Promise<void> {
  const { context, request } = input;
  const { severity } = protection.pressure;
  if (severity === 0 || (await isKnownDevice(protection, input))) return;
  const proof = request.headers[PROOF_HEADER];
  if (typeof proof === 'string' && (await protection.proofs.accept(proof, route, context))) return;
  throw proofRequired(await protection.proofs.challenge(route, severity));
}

/** Its guesses are counted by itself, and few: no work would make them fewer. */
async function isKnownDevice({ devices }: Protection, { body, request }: RouteInput<RouteSchema>): Promise<boolean> {
  const { email } = (body ?? {}) as { email?: unknown };
  if (typeof email !== 'string') return false;
  try {
    return (await devices.find(request, parseEmailAddress(email).key)) !== null;
  } catch {
    return false;
  }
}
