// What comes back at the same hour of each week can be silenced then: offered, and never done by itself.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SilenceOffer as Offer } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { silencesKey } from './channels.ts';
import { whenWords } from './silence-words.ts';

export function SilenceOffer({ offer }: { readonly offer: Offer }) {
  const cache = useQueryClient();
  const { minutes, ruleId, scope, sentence, startsAt, weekday } = offer;
  const weekly = { days: [weekday], startsAt, minutes, timeZone: 'UTC' };
  const make = useMutation({
    mutationFn: () => api.monitor.createSilence({ reason: 'It is expected at this hour', ruleId, scope, weekly }),
    onSuccess: () => cache.invalidateQueries({ queryKey: silencesKey() }),
  });
  if (make.isError) return <ProblemNotice error={make.error} onRetry={() => make.mutate()} />;
  return (
    <Notice
      tone={make.isSuccess ? 'good' : 'plain'}
      title={make.isSuccess ? 'It is silent then' : 'It comes back each week'}
    >
      <p>{sentence}</p>
      {!make.isSuccess && (
        <Button isBusy={make.isPending} onClick={() => make.mutate()}>
          Silence it {whenWords({ from: '', until: null, weekly }, Date.now())}
        </Button>
      )}
    </Notice>
  );
}
