// The report of one incident: read from top to bottom, changed section by section, kept by version, taken along as a file.
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type Postmortem, ProblemError } from '../../../client/index.ts';
import { Writer } from '../../accounts/writer.tsx';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { FileLinks } from './file-links.tsx';
import { MeasureList } from './measure-list.tsx';
import { Plots } from './plots.tsx';
import { postmortemQuery } from './postmortems.ts';
import { SectionView } from './section-view.tsx';
import { usePostmortemChange } from './use-postmortem-change.ts';
import { VersionPicker } from './version-picker.tsx';
import { WriteAgain } from './write-again.tsx';
import './postmortem.css';

export function PostmortemScreen() {
  const { incidentId } = useParams({ from: '/frame/incidents/$incidentId/postmortem' });
  const { version } = useSearch({ from: '/frame/incidents/$incidentId/postmortem' });
  const navigate = useNavigate({ from: '/incidents/$incidentId/postmortem' });
  const postmortem = useQuery(postmortemQuery(incidentId, version));
  const goTo = (wanted: number | undefined) =>
    void navigate({ search: wanted === undefined ? {} : { version: wanted }, resetScroll: false });
  const isUnwritten = postmortem.error instanceof ProblemError && postmortem.error.code === 'postmortem_not_found';
  return (
    <>
      <PageHeader
        isLong
        title={postmortem.data?.title.replaceAll('`', '') ?? 'Postmortem'}
        parent={
          <Link to="/incidents/$incidentId" params={{ incidentId }}>
            The incident
          </Link>
        }
        actions={postmortem.data && <FileLinks incidentId={incidentId} version={version} />}
      >
        {postmortem.data && <WhoWrote postmortem={postmortem.data} onGoTo={goTo} />}
      </PageHeader>
      {isUnwritten && !postmortem.data ? (
        <Unwritten incidentId={incidentId} />
      ) : (
        <Loaded query={postmortem} skeleton={<LinesSkeleton lines={10} />}>
          {(found: Postmortem) => <Report postmortem={found} isOld={version !== undefined} onGoTo={goTo} />}
        </Loaded>
      )}
    </>
  );
}

interface WhoWroteProps {
  readonly postmortem: Postmortem;
  readonly onGoTo: (version: number | undefined) => void;
}

function WhoWrote({ postmortem, onGoTo }: WhoWroteProps) {
  const { incidentId, version, writtenAt, writtenBy } = postmortem;
  return (
    <VersionPicker incidentId={incidentId} shown={version} onGoTo={onGoTo}>
      <p>
        Version {version}, written {writtenBy === null ? 'from the data, by Aquifer' : 'by '}
        {writtenBy && <Writer by={writtenBy} />}
        {', '}
        <Moment at={writtenAt} />
      </p>
    </VersionPicker>
  );
}

interface ReportProps {
  readonly postmortem: Postmortem;
  /** An earlier version can be read and not changed. */
  readonly isOld: boolean;
  readonly onGoTo: (version: number | undefined) => void;
}

function Report({ postmortem, isOld, onGoTo }: ReportProps) {
  const { incidentId, measures, plots, sections, version } = postmortem;
  const last = sections.find(({ key }) => key === 'unknown');
  const common = { incidentId, version, isReadOnly: isOld };
  return (
    <article className="postmortem">
      {isOld && (
        <Notice title={`This is version ${version}`}>
          <p>An earlier one can be read, and not changed.</p>
          <Button onClick={() => onGoTo(undefined)}>To the newest</Button>
        </Notice>
      )}
      {sections
        .filter((section) => section !== last)
        .map((section) => (
          <SectionView key={section.key} section={section} {...common}>
            {section.key === 'impact' && <Plots plots={plots} />}
          </SectionView>
        ))}
      <MeasureList measures={measures} incidentId={incidentId} isReadOnly={isOld} />
      {last && <SectionView section={last} {...common} />}
      {!isOld && <WriteAgain postmortem={postmortem} />}
    </article>
  );
}

function Unwritten({ incidentId }: { readonly incidentId: string }) {
  const write = usePostmortemChange({ incidentId, send: () => api.monitor.writePostmortem(incidentId) });
  return (
    <EmptyState
      icon="flag"
      title="Not written yet"
      action={
        <Button weight="primary" isBusy={write.isPending} onClick={() => write.mutate()}>
          Write it from the data
        </Button>
      }
    >
      <p>It is written by itself when the incident closes. What is known so far can be written down now.</p>
      {write.isError && <ProblemNotice error={write.error} />}
    </EmptyState>
  );
}
