// One call to the server from a form: whether it runs, what it refused, what came of it.
import { useState } from 'react';

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
        setState({ isBusy: false, error, answer: null });
      }
    },
    forget: () => setState(untouched),
  };
}
