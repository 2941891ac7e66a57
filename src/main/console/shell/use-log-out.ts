// Ends the operator's session and forgets what was seen in it.
import { onlineManager, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { sayProblem } from '../components/notify.ts';
import { operatorKey } from './operator.ts';

export function useLogOut(): () => Promise<void> {
  const cache = useQueryClient();
  return async () => {
    // What the screens go on asking for in the background would be refused from here on.
    onlineManager.setOnline(false);
    try {
      await cache.cancelQueries();
      await api.accounts.logOut();
    } catch (error) {
      onlineManager.setOnline(true);
      sayProblem(error);
      return;
    }
    cache.clear();
    cache.setQueryData(operatorKey(), null);
    // A new page: nothing of the old session stays in memory.
    location.assign('/console/log-in');
  };
}
