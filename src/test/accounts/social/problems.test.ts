import { ClientError, ResponseBodyError } from 'openid-client';
import { describe, expect, test } from 'vitest';
import { providerUnknown } from '../../../main/accounts/social/errors.ts';
import { toRefusal } from '../../../main/accounts/social/problems.ts';
import { GuardedFetchError } from '../../../main/foundation/guarded-fetch.ts';

const named = { asksFor: undefined };
const codeOf = (error: unknown, asksFor?: 'instance') => toRefusal(error, { asksFor }).code;

describe('toRefusal', () => {
  test('leaves what is a refusal of ours as it is, also inside another', () => {
    const own = providerUnknown();
    expect(toRefusal(own, named)).toBe(own);
    expect(toRefusal(new ClientError('something went wrong', { cause: own }), named)).toBe(own);
  });

  test.each([
    ['timeout', 'social_provider_unavailable', 'social_provider_unavailable'],
    ['unreachable', 'social_provider_unavailable', 'social_instance_refused'],
    ['not_found', 'social_provider_unavailable', 'social_instance_refused'],
    ['address_refused', 'social_provider_unavailable', 'social_instance_refused'],
    ['protocol_refused', 'social_answer_refused', 'social_answer_refused'],
    ['too_large', 'social_answer_refused', 'social_answer_refused'],
  ] as const)('%s', (problem, ofSite, ofInstance) => {
    const error = new ClientError('something went wrong', { cause: new GuardedFetchError(problem, 'it') });
    expect(codeOf(error)).toBe(ofSite);
    expect(codeOf(error, 'instance')).toBe(ofInstance);
  });

  test('a name inside a network, and one that nobody has, are told apart by nobody who names them', () => {
    const said = (['address_refused', 'not_found', 'unreachable'] as const).map(
      (problem) => toRefusal(new GuardedFetchError(problem, problem), { asksFor: 'instance' }).message,
    );
    expect(new Set(said).size).toBe(1);
  });

  test('its reason has the site’s code and none of its words', () => {
    const body = { error: 'invalid_grant', error_description: 'a secret of somebody' };
    const error = new ResponseBodyError('server responded with an error', {
      cause: body,
      response: new Response(null, { status: 400 }),
    });
    const { details, message } = toRefusal(error, named);
    expect(String(details?.reason)).toContain('invalid_grant');
    expect(`${details?.reason}${message}`).not.toContain('secret');
    const strange = new ResponseBodyError('server responded with an error', {
      cause: { error: 'line\nbreak secret' },
      response: new Response(null, { status: 400 }),
    });
    expect(String(toRefusal(strange, named).details?.reason)).not.toContain('secret');
  });

  test('whatever else was thrown is no reason to believe anything', () => {
    for (const thrown of ['a text', null, undefined, new TypeError('x'), {}]) {
      expect(codeOf(thrown)).toBe('social_answer_refused');
    }
  });
});
