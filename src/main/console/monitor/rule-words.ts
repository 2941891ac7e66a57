// A rule's conditions as a sentence.
import type { Rule } from '../../client/index.ts';
import { durationWords } from '../components/time-words.ts';

/** "Ends other programs' sessions that are idle in transaction, for longer than 1 min." All of it must hold. */
export function conditionWords({ action, conditions, scope }: Rule): string {
  const { blockingWeight, blocksLanes, fingerprint, idleInTransactionMs, lane, olderThanMs, pastDeadlineMs, state } =
    conditions;
  const parts = [
    lane && `in the ${lane} lane`,
    fingerprint && `running ${fingerprint}`,
    state && `in the state ${state}`,
    olderThanMs !== undefined && `older than ${durationWords(olderThanMs / 1000)}`,
    idleInTransactionMs !== undefined &&
      `idle in a transaction for longer than ${durationWords(idleInTransactionMs / 1000)}`,
    blockingWeight !== undefined && `in the way of others, with a weight of ${blockingWeight} or more`,
    pastDeadlineMs !== undefined && `past their own deadline for longer than ${durationWords(pastDeadlineMs / 1000)}`,
    blocksLanes && `in the way of ${blocksLanes.join(' or ')}`,
    conditions.isQueuedDdl && 'changing a definition and waiting in front of others',
  ].filter(Boolean);
  const meanwhile = conditions.whileSlowed ? `, while ${conditions.whileSlowed} is slowed` : '';
  const verb = action === 'cancel' ? 'Cancels' : 'Ends';
  const what = action === 'cancel' ? 'statements' : 'sessions';
  const whose = scope === 'own' ? `this server’s own ${what}` : `other programs’ ${what}`;
  return `${verb} ${whose}${parts.length === 0 ? '' : ` that are ${parts.join(', and ')}`}${meanwhile}.`;
}
