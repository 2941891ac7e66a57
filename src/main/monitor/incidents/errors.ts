/** What incidents and the actions from them refuse, in their own words. */

import { AppError } from '../../foundation/errors.ts';

export function incidentNotFound(): AppError {
  return new AppError('not_found', 'incident_not_found', 'There is no such incident.');
}

export function incidentOpen(): AppError {
  return new AppError('conflict', 'incident_open', 'An incident is open already. Write what you see on its timeline.');
}

export function incidentClosed(): AppError {
  return new AppError('conflict', 'incident_closed', 'The incident is closed already.');
}

/** @param reason a sentence */
export function capRefused(reason: string): AppError {
  return new AppError('unprocessable', 'cap_refused', reason);
}

export function capNotFound(): AppError {
  return new AppError('not_found', 'cap_not_found', 'There is no such cap; it may have run out.');
}

/** @param reason a sentence */
export function indexRefused(reason: string): AppError {
  return new AppError('unprocessable', 'index_refused', reason);
}

export function indexExists(name: string): AppError {
  return new AppError('conflict', 'index_exists', `There is an index ${name} already, and it is valid.`);
}

export function indexJobRunning(): AppError {
  return new AppError('conflict', 'index_job_running', 'Another index is being built. Wait for it, or cancel it.');
}

export function indexJobNotFound(): AppError {
  return new AppError('not_found', 'index_job_not_found', 'There is no such job.');
}

export function indexJobEnded(): AppError {
  return new AppError('conflict', 'index_job_ended', 'The job has ended already.');
}
