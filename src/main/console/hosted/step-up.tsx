// Asks once more who one is, when a call needs a fresh proof, and then makes the call again. Whoever puts the question away
// has not made the call: `isDismissed` tells that from a refusal.
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { ProblemError } from '../../client/index.ts';
import { factorsIn } from './asked-factors.ts';
import type { Factor } from './factor-form.tsx';
import { StepUpDialog } from './step-up-dialog.tsx';
import { StepUpDismissed } from './step-up-dismissed.ts';

/** Runs a call; where it needs a fresh proof, asks for one and runs it again. @throws StepUpDismissed */
export type WithProof = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

const StepUpContext = createContext<WithProof>((call) => call());

/** `const withProof = useStepUp(); await withProof(() => api.accounts.…)`, anywhere below a `StepUpProvider`. */
export function useStepUp(): WithProof {
  return useContext(StepUpContext);
}

interface Question {
  readonly factors: readonly Factor[];
  readonly answered: (isProven: boolean) => void;
}

interface StepUpProviderProps {
  /** The application's name, which an authenticator app shows beside the code. */
  readonly application: string;
  readonly children: ReactNode;
}

export function StepUpProvider({ application, children }: StepUpProviderProps) {
  const [question, setQuestion] = useState<Question | null>(null);
  // Two calls that need a proof at the same moment wait for one answer.
  const asked = useRef<Promise<boolean> | null>(null);

  const ask = useCallback((factors: readonly Factor[]): Promise<boolean> => {
    asked.current ??= new Promise<boolean>((resolve) => {
      setQuestion({
        factors,
        answered(isProven) {
          asked.current = null;
          setQuestion(null);
          resolve(isProven);
        },
      });
    });
    return asked.current;
  }, []);

  const withProof = useCallback<WithProof>(
    async (call) => {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== 'step_up_required') throw error;
        if (!(await ask(factorsIn(error)))) throw new StepUpDismissed('The proof was not given.', { cause: error });
        return call();
      }
    },
    [ask],
  );

  return (
    <StepUpContext value={withProof}>
      {children}
      {question && <StepUpDialog application={application} factors={question.factors} onAnswered={question.answered} />}
    </StepUpContext>
  );
}
