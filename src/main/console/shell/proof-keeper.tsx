// Asks for a fresh proof wherever the console does what needs one.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { StepUpProvider } from '../hosted/step-up.tsx';
import { applicationIn, settingsQuery } from './operator.ts';
import './proof.css';

export function ProofKeeper({ children }: { readonly children: ReactNode }) {
  const settings = useQuery(settingsQuery());
  return <StepUpProvider application={applicationIn(settings.data)}>{children}</StepUpProvider>;
}
