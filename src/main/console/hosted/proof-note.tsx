// Said while the browser works for a server under attack: it may take a few seconds on a slow telephone.
import { useSyncExternalStore } from 'react';
import { proofOfWork } from '../api.ts';
import { useWords } from './use-words.ts';

export function ProofNote() {
  const { say } = useWords();
  const isWorking = useSyncExternalStore(proofOfWork.subscribe, proofOfWork.isWorking);
  return (
    <p className="proof-note" role="status">
      {isWorking && <span>{say('proof.working')}</span>}
    </p>
  );
}
