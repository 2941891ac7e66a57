/** What channels and silences refuse, in their own words. */

import { AppError } from '../../../foundation/errors.ts';

export function channelNotFound(): AppError {
  return new AppError('not_found', 'channel_not_found', 'There is no such channel.');
}

/** @param reason a sentence */
export function invalidChannel(reason: string): AppError {
  return new AppError('unprocessable', 'invalid_channel', reason);
}

export function tooManyChannels(limit: number): AppError {
  return new AppError('conflict', 'too_many_channels', `There can be ${limit} channels at the most.`);
}

export function silenceNotFound(): AppError {
  return new AppError('not_found', 'silence_not_found', 'There is no such silence.');
}

/** @param reason a sentence */
export function invalidSilence(reason: string): AppError {
  return new AppError('unprocessable', 'invalid_silence', reason);
}

export function tooManySilences(limit: number): AppError {
  return new AppError('conflict', 'too_many_silences', `There can be ${limit} silences at the most.`);
}
