// What can be done with a piece of advice: follow it, decline it, offer it again, stop the work, take it back.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AdviceItem } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { say, sayProblem, sayWithUndo } from '../../components/notify.ts';
import { plannerKey } from '../planner.ts';

export function useAdvice(item: AdviceItem) {
  const cache = useQueryClient();
  const renewed = {
    onError: sayProblem,
    // Lists of indexes and tables of other pages show it as well.
    onSettled: () =>
      Promise.all([
        cache.invalidateQueries({ queryKey: plannerKey() }),
        cache.invalidateQueries({ queryKey: ['monitor', 'indexes'] }),
      ]),
  };
  const offer = useMutation({ mutationFn: () => api.planner.offerAdviceAgain(item.id), ...renewed });
  const decline = useMutation({
    mutationFn: () => api.planner.declineAdvice(item.id),
    ...renewed,
    onSuccess: () => sayWithUndo('Declined. It is not offered again.', () => offer.mutate()),
  });
  const apply = useMutation({ mutationFn: () => api.planner.applyAdvice(item.id), ...renewed });
  const work = item.work;
  const cancel = useMutation({ mutationFn: (id: string) => api.planner.cancelIndexWork(id), ...renewed });
  const undo = useMutation({
    mutationFn: (id: string) => api.planner.undoIndexWork(id),
    ...renewed,
    onSuccess: () => say('It is being taken back.'),
  });
  return {
    apply,
    decline,
    offer,
    cancel: { isPending: cancel.isPending, run: () => work && cancel.mutate(work.id) },
    undo: { isPending: undo.isPending, run: () => work && undo.mutate(work.id) },
  };
}
