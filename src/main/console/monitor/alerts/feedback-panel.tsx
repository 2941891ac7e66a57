// Was it worth telling? The answer may move the rule's threshold, and what that would have changed is shown before it does.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Alert, FeedbackAnswer } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { feedbackOptions, feedbackWords, type GivenFeedback } from './alert-words.ts';
import { alertRulesKey, alertsKey } from './alerts.ts';
import { ReplayView } from './replay-view.tsx';
import { SilenceOffer } from './silence-offer.tsx';

export function FeedbackPanel({ alert }: { readonly alert: Alert }) {
  const [chosen, setChosen] = useState<GivenFeedback | null>(null);
  const apply = useApply(alert, () => setChosen(null));
  const look = useMutation({
    mutationFn: (feedback: GivenFeedback) => api.monitor.giveFeedback(alert.id, { feedback, apply: false }),
    // Where nothing moves there is nothing to be shown first.
    onSuccess: ({ replay }, feedback) => {
      if (!moves(replay)) apply.mutate(feedback);
    },
  });
  const choose = (feedback: GivenFeedback) => {
    setChosen(feedback);
    apply.reset();
    look.mutate(feedback);
  };
  const given = alert.feedback === null || alert.feedback === 'missed' ? null : alert.feedback;
  const replay = look.data?.replay ?? null;
  return (
    <section className="feedback">
      <div className="feedback-question">
        <h3>Was it worth telling?</h3>
        <Choice label="Was it worth telling?" options={feedbackOptions} value={chosen ?? given} onChoose={choose} />
      </div>
      {look.isError && <ProblemNotice error={look.error} onRetry={() => chosen && look.mutate(chosen)} />}
      {apply.isError && <ProblemNotice error={apply.error} onRetry={() => chosen && apply.mutate(chosen)} />}
      {chosen && replay && moves(replay) && (
        <div className="feedback-replay" aria-live="polite" data-dim={look.isPending || undefined}>
          <ReplayView replay={replay} />
          <div className="feedback-actions">
            <Button weight="primary" isBusy={apply.isPending} onClick={() => apply.mutate(chosen)}>
              Move the threshold
            </Button>
            <Button weight="quiet" onClick={() => setChosen(null)}>
              Leave it as it is
            </Button>
          </div>
        </div>
      )}
      {apply.data?.offer && <SilenceOffer offer={apply.data.offer} />}
    </section>
  );
}

type Replayed = FeedbackAnswer['replay'];

function moves(replay: Replayed): replay is NonNullable<Replayed> {
  return replay !== null && replay.factorAfter !== replay.factorBefore;
}

function useApply(alert: Alert, onDone: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (feedback: GivenFeedback) => api.monitor.giveFeedback(alert.id, { feedback, apply: true }),
    onSuccess: async ({ replay }, feedback) => {
      say(
        moves(replay)
          ? `Noted. ${alert.ruleName} has learnt from it.`
          : `Noted: ${feedbackWords(feedback).toLowerCase()}.`,
      );
      await Promise.all([alertsKey(), alertRulesKey()].map((queryKey) => cache.invalidateQueries({ queryKey })));
      onDone();
    },
  });
}
