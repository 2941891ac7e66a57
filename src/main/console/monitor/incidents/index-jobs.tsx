// Indexes that are being made: how far each is, and the way to stop it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { IndexJob } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Moment } from '../../components/moment.tsx';
import { sayProblem } from '../../components/notify.ts';
import { Sentence } from '../../components/sentence.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { indexJobsQuery } from './incidents.ts';
import { jobTone, jobWords } from './job-words.ts';

/** @param since leaves out what ended before, as an ISO instant */
export function IndexJobs({ since }: { readonly since: string }) {
  const { data } = useQuery(indexJobsQuery());
  const jobs = (data ?? []).filter(({ endedAt }) => endedAt === null || endedAt >= since);
  if (jobs.length === 0) return null;
  return (
    <section className="section">
      <h2>Indexes</h2>
      <ul className="index-jobs">
        {jobs.map((job) => (
          <Job key={job.id} job={job} />
        ))}
      </ul>
    </section>
  );
}

function Job({ job }: { readonly job: IndexJob }) {
  const cache = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.monitor.cancelIndexJob(job.id),
    onError: sayProblem,
    onSettled: () => cache.invalidateQueries({ queryKey: indexJobsQuery().queryKey }),
  });
  const isRunning = job.state === 'running';
  return (
    <li className="index-job">
      <div className="index-job-words">
        <p className="index-job-state">
          <StatusWord tone={jobTone(job)}>{jobWords(job)}</StatusWord>
          <span className="faint small">
            <Moment at={job.endedAt ?? job.startedAt} isShort />
          </span>
        </p>
        <pre>{job.sql}</pre>
        {isRunning && (
          <progress
            aria-label={`Progress of ${job.sql}`}
            max={1}
            {...(job.share === null ? {} : { value: job.share })}
          />
        )}
        <p className="soft">
          <Sentence text={job.sentence} />
        </p>
      </div>
      {isRunning && (
        <Button isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
          Stop it
        </Button>
      )}
    </li>
  );
}
