// A log-in that did not work, in words that give nothing away and help all the same.
import { ProblemError } from '../../client/index.ts';
import { Notice } from './notice.tsx';
import { ProblemNotice } from './problem-notice.tsx';

export function CredentialsNotice({ error }: { readonly error: unknown }) {
  if (error instanceof ProblemError && error.code === 'invalid_credentials') {
    return (
      <Notice tone="bad" title="That did not match">
        The email address and the password do not belong together. Check both, and whether capitals are locked.
      </Notice>
    );
  }
  if (error instanceof ProblemError && error.code === 'email_not_verified') {
    return (
      <Notice tone="warn" title="Your address is not confirmed yet">
        Open the link in the mail that was sent to it, or ask for a new one.
      </Notice>
    );
  }
  return <ProblemNotice error={error} />;
}
