/** What postmortems refuse, in their own words. */

import { AppError } from '../../foundation/errors.ts';

export function postmortemNotFound(): AppError {
  return new AppError('not_found', 'postmortem_not_found', 'This incident has no postmortem, or not that version.');
}

/** @param latest the version there is now */
export function postmortemChanged(latest: number): AppError {
  return new AppError(
    'conflict',
    'postmortem_changed',
    `There is version ${latest} meanwhile. Nothing was written; read it again and put your change into it.`,
    { extensions: { latest } },
  );
}

export function tooManyVersions(limit: number): AppError {
  return new AppError('conflict', 'too_many_postmortem_versions', `A postmortem can have ${limit} versions.`);
}

export function textRefused(): AppError {
  return new AppError(
    'unprocessable',
    'postmortem_text_refused',
    'The text has a character that cannot be stored (NUL or half of a surrogate pair).',
  );
}

export function measureNotFound(): AppError {
  return new AppError('not_found', 'measure_not_found', 'The postmortem has no such measure.');
}

export function measureFromData(): AppError {
  return new AppError(
    'conflict',
    'measure_from_data',
    'This measure follows from the data; only one that an operator added can be deleted.',
  );
}

export function tooManyMeasures(limit: number): AppError {
  return new AppError('conflict', 'too_many_measures', `A postmortem can have ${limit} measures of one’s own.`);
}
