// While an operator acts as this user, every look at the account says so, and offers to end it.
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { addressOf, goTo } from '../address.ts';
import { useCall } from '../use-call.ts';
import { useWords } from '../use-words.ts';

interface ImpersonationBannerProps {
  readonly operator: string;
  readonly email: string;
  readonly userId: string;
}

export function ImpersonationBanner({ operator, email, userId }: ImpersonationBannerProps) {
  const { say } = useWords();
  const end = useCall<undefined, { readonly returned: boolean }>(
    () => api.accounts.roles.endImpersonation(),
    ({ returned }) => {
      if (returned) location.assign(`/console/users/${encodeURIComponent(userId)}`);
      else goTo(addressOf('log-in', null));
    },
  );
  return (
    <div className="impersonation" role="status">
      <p className="impersonation-words">
        <strong>{say('account.impersonated')}</strong> {say('account.impersonated.about', { operator, email })}
      </p>
      <Button isBusy={end.isBusy} onClick={() => void end.send(undefined)}>
        {say('account.impersonated.end')}
      </Button>
      {end.error !== null && <ProblemNotice error={end.error} />}
    </div>
  );
}
