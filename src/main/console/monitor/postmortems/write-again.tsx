// Writing it anew from the data: what somebody has changed stays, unless they say otherwise.
import { useState } from 'react';
import type { Postmortem } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CheckField } from '../../components/field.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { usePostmortemChange } from './use-postmortem-change.ts';

export function WriteAgain({ postmortem }: { readonly postmortem: Postmortem }) {
  const { incidentId, sections } = postmortem;
  const [isKept, setKept] = useState(true);
  const write = usePostmortemChange({
    incidentId,
    send: () => api.monitor.writePostmortem(incidentId, { keepEdits: isKept }),
    onDone: ({ version }) => say(`Written again: version ${version}. The one before is kept.`),
  });
  const edited = sections.filter(({ isEdited }) => isEdited).map(({ title }) => title);
  return (
    <footer className="postmortem-again">
      <p className="soft">
        Notes and figures that came later can be taken in by writing it again. It becomes a new version.
      </p>
      {edited.length > 0 && (
        <CheckField
          label={`Keep what was changed by hand: ${edited.join(', ')}`}
          checked={isKept}
          onChange={(event) => setKept(event.target.checked)}
        />
      )}
      {write.isError && <ProblemNotice error={write.error} />}
      <div>
        <Button isBusy={write.isPending} onClick={() => write.mutate()}>
          Write it again from the data
        </Button>
      </div>
    </footer>
  );
}
