/** What alerts and their rules refuse, in their own words. */

import { AppError } from '../../foundation/errors.ts';

export function alertNotFound(): AppError {
  return new AppError('not_found', 'alert_not_found', 'There is no such alert.');
}

export function alertRuleNotFound(): AppError {
  return new AppError('not_found', 'alert_rule_not_found', 'There is no such alert rule.');
}

export function alertRuleBuiltIn(): AppError {
  return new AppError('conflict', 'alert_rule_built_in', 'A built-in rule cannot be deleted. Switch it off instead.');
}

/** @param reason a sentence */
export function invalidAlertRule(reason: string): AppError {
  return new AppError('unprocessable', 'invalid_alert_rule', reason);
}

export function tooManyAlertRules(limit: number): AppError {
  const sentence = `There can be ${limit} alert rules of one’s own at the most.`;
  return new AppError('conflict', 'too_many_alert_rules', sentence);
}
