// Every change of a postmortem answers with the whole of it: that is shown at once.
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Postmortem } from '../../../client/index.ts';
import { incidentsKey } from '../incidents/incidents.ts';
import { postmortemQuery, versionsQuery } from './postmortems.ts';

interface Change<Input> {
  readonly incidentId: string;
  readonly send: (input: Input) => Promise<Postmortem>;
  readonly onDone?: (postmortem: Postmortem) => void;
}

export function usePostmortemChange<Input = void>(change: Change<Input>): UseMutationResult<Postmortem, Error, Input> {
  const { incidentId, onDone, send } = change;
  const cache = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (postmortem) => {
      cache.setQueryData(postmortemQuery(incidentId, undefined).queryKey, postmortem);
      void cache.invalidateQueries({ queryKey: versionsQuery(incidentId).queryKey });
      void cache.invalidateQueries({ queryKey: incidentsKey() });
      onDone?.(postmortem);
    },
  });
}
