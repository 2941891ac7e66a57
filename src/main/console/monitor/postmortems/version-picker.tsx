// Which version is shown, out of all that were written.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useWriterWords } from '../../accounts/use-writer-words.ts';
import { SelectField } from '../../components/field.tsx';
import { absoluteTime } from '../../components/time-words.ts';
import { versionsQuery } from './postmortems.ts';

interface VersionPickerProps {
  readonly incidentId: string;
  readonly shown: number;
  /** Called with nothing for the newest. */
  readonly onGoTo: (version: number | undefined) => void;
  /** Says the same where there is no other to choose. */
  readonly children: ReactNode;
}

export function VersionPicker({ incidentId, shown, onGoTo, children }: VersionPickerProps) {
  const { data } = useQuery(versionsQuery(incidentId));
  const nameOf = useWriterWords(data?.map(({ writtenBy }) => writtenBy) ?? []);
  if (!data || data.length < 2) return children;
  const newest = data[0]?.version;
  const nowMs = Date.now();
  return (
    <div className="postmortem-version">
      <SelectField
        label="Version"
        isLabelHidden
        value={String(shown)}
        options={data.map(({ version, writtenAt, writtenBy }) => ({
          value: String(version),
          label: `Version ${version}: ${writtenBy === null ? 'Aquifer' : nameOf(writtenBy)}, ${absoluteTime(writtenAt, nowMs)}`,
        }))}
        onChange={(event) => {
          const version = Number(event.target.value);
          onGoTo(version === newest ? undefined : version);
        }}
      />
    </div>
  );
}
