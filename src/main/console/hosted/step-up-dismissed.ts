// The question for a fresh proof was put away: the call was not made, and nobody needs to be told so.

export class StepUpDismissed extends Error {
  override readonly name = 'StepUpDismissed';
}

export function isDismissed(error: unknown): boolean {
  return error instanceof StepUpDismissed;
}
