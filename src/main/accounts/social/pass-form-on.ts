/**
 * The answer of a site that brings the browser back with a form (Apple). A form from another site comes without our cookies,
 * so nothing can be checked yet: what it says is passed on to the same address as a query, and there the browser brings them.
 */

import type { Visit } from '../parts.ts';
import { callbackUrl } from './callback-url.ts';
import { readAnswer } from './finish.ts';
import type { SocialParts } from './parts.ts';
import { findProvider } from './start.ts';

/** @throws AppError social_provider_unknown */
export async function passFormOn(
  parts: SocialParts,
  { request, reply }: Visit<unknown>,
  providerId: string,
): Promise<undefined> {
  const provider = findProvider(parts, providerId);
  // Without anything that can be read, the address itself says what is wrong.
  const answer = readAnswer(request.body) ?? new URLSearchParams();
  reply.redirect(`${callbackUrl(parts.config.baseUrl, provider)}?${answer}`, 303);
}
