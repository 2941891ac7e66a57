// One call to the server from a form: whether it runs, what it refused, what came of it.
import { useState } from 'react';
import { isDismissed } from './step-up-dismissed.ts';

export interface Call<Input, Answer> {
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly answer: Answer | null;
  readonly send: (input: Input) => Promise<void>;
  readonly forget: () => void;
}

interface CallState<Answer> {
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly answer: Answer | null;
}

const untouched = { isBusy: false, error: null, answer: null };

export function useCall<Input, Answer>(
  call: (input: Input) => Promise<Answer>,
  onAnswer?: (answer: Answer) => void,
): Call<Input, Answer> {
  const [state, setState] = useState<CallState<Answer>>(untouched);
  return {
    ...state,
    async send(input) {
      setState({ isBusy: true, error: null, answer: null });
      try {
        const answer = await call(input);
        setState({ isBusy: false, error: null, answer });
        onAnswer?.(answer);
      } catch (error) {
        // Whoever put the question for a fresh proof away knows that nothing was done.
        setState({ isBusy: false, error: isDismissed(error) ? null : error, answer: null });
      }
    },
    forget: () => setState(untouched),
  };
}
