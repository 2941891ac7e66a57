// The report as a file: to be kept, sent, or put where the team's other reports are.
import { api } from '../../api.ts';

interface FileLinksProps {
  readonly incidentId: string;
  /** The newest when left out. */
  readonly version: number | undefined;
}

const files = [
  { format: 'markdown', label: 'Markdown', ending: 'md' },
  { format: 'html', label: 'HTML', ending: 'html' },
] as const;

export function FileLinks({ incidentId, version }: FileLinksProps) {
  return files.map(({ ending, format, label }) => (
    <a
      key={format}
      className="button"
      data-weight="plain"
      href={api.monitor.postmortemFile(incidentId, format, version)}
      download={`postmortem-${incidentId.slice(0, 8)}.${ending}`}
      title={`Download it as ${label}`}
    >
      {label}
    </a>
  ));
}
