/** What roles refuse. */

import { AppError } from '../../foundation/errors.ts';

export function roleNotFound(name: string): AppError {
  return new AppError('not_found', 'role_not_found', `There is no role ${name}.`);
}

export function roleExists(name: string): AppError {
  return new AppError('conflict', 'role_exists', `There is a role ${name} already.`);
}

export function tooManyRoles(max: number): AppError {
  return new AppError('conflict', 'too_many_roles', `There are ${max} roles already. Delete one that nobody needs.`);
}

/** @param field where they stand in the request */
export function unknownPermissions(field: string, names: readonly string[]): AppError {
  const advice = 'GET /v1/accounts/permissions lists them.';
  return new AppError('unprocessable', 'unknown_permission', `There is no permission ${names.join(', ')}. ${advice}`, {
    fields: [{ field, message: `has what does not exist: ${names.join(', ')}` }],
  });
}

/** Nobody grants, and nobody takes, what he does not have himself. */
export function notYoursToGrant(names: readonly string[]): AppError {
  return new AppError(
    'forbidden',
    'not_yours_to_grant',
    `You do not have this yourself, so you can neither give nor take it: ${names.join(', ')}.`,
  );
}

/** An operator, or somebody who may do more than the caller. */
export function beyondYourAuthority(): AppError {
  return new AppError(
    'forbidden',
    'beyond_your_authority',
    'This user may do more than you may, so this is not yours to do to him. Ask an operator.',
  );
}
