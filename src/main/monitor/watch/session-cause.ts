/** Says what hurts in a database whose application is not ours, from the samples of its sessions; the shape is that of the cause. */

import type { Clock } from '../../foundation/clock.ts';
import type { Service } from '../../foundation/service.ts';
import type { CauseReport } from '../cause/schema.ts';
import { Trouble } from '../cause/trouble.ts';
import { VerdictLog } from '../cause/verdict-log.ts';
import type { Journal } from '../journal.ts';
import type { ActivitySampler } from '../samples/activity-sampler.ts';
import type { ActivitySample } from '../samples/backend.ts';
import { findInSessions } from './session-finding.ts';

export interface SessionCauseOptions {
  sampler: Pick<ActivitySampler, 'onSample' | 'quicken'>;
  journal: Pick<Journal, 'note'>;
  clock: Clock;
}

export interface SessionCause {
  report(): CauseReport;
  service: Service;
}

export function createSessionCause({ clock, journal, sampler }: SessionCauseOptions): SessionCause {
  const trouble = new Trouble(clock);
  const verdicts = new VerdictLog({
    instantOf: (ms) => trouble.instantOf(ms),
    onNamed: ({ id, kind, sentence }) => journal.note('verdict', sentence, { id, kind }),
  });
  const onSample = ({ backends }: ActivitySample) => {
    const nowMs = clock.monotonicMs();
    const finding = findInSessions(backends);
    if (trouble.step(nowMs, finding ? [finding.sign] : [])) {
      if (finding) journal.note('trouble_began', finding.sign.sentence, { sign: finding.sign.name });
      else {
        verdicts.close(nowMs);
        journal.note('trouble_ended', 'Nobody stands in anybody’s way any more.');
      }
    }
    // Nothing but samples tells of this database, so there is no calm pace.
    sampler.quicken('nothing else tells of it');
    if (!finding) return;
    verdicts.found(finding.body, nowMs, trouble.state.sinceMs);
  };
  const report = (): CauseReport => {
    const { isTrouble, since } = trouble.state;
    return { state: isTrouble ? 'trouble' : 'calm', since, verdict: verdicts.current, recent: [...verdicts.recent] };
  };
  let stopListening: () => void = () => undefined;
  return {
    report,
    service: {
      name: 'session cause',
      start: async () => {
        stopListening = sampler.onSample(onSample);
      },
      stop: async () => stopListening(),
    },
  };
}
