// One section: its text, and the same as Markdown where somebody changes it.

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemError, type Section } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { TextArea } from '../../components/field.tsx';
import { MarkdownView } from '../../components/markdown-view.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { postmortemQuery } from './postmortems.ts';
import { usePostmortemChange } from './use-postmortem-change.ts';

const TEXT_MAX_LENGTH = 50_000;

interface SectionViewProps {
  readonly section: Section;
  readonly incidentId: string;
  /** The version that is read: a change of an older one is refused. */
  readonly version: number;
  readonly isReadOnly: boolean;
  /** Stands beneath the text. */
  readonly children?: ReactNode;
}

export function SectionView({ section, incidentId, version, isReadOnly, children }: SectionViewProps) {
  const [isEditing, setEditing] = useState(false);
  const { isEdited, markdown, title } = section;
  return (
    <section className="postmortem-section" aria-label={title}>
      <div className="postmortem-head">
        <h2>{title}</h2>
        {isEdited && <span className="small faint">changed by hand</span>}
        {!isReadOnly && !isEditing && (
          <Button weight="quiet" aria-label={`Change “${title}”`} onClick={() => setEditing(true)}>
            Change
          </Button>
        )}
      </div>
      {isEditing ? (
        <SectionEditor section={section} incidentId={incidentId} version={version} onClose={() => setEditing(false)} />
      ) : markdown.trim() === '' ? (
        <p className="soft">Nothing is written here.</p>
      ) : (
        <MarkdownView markdown={markdown} />
      )}
      {children}
    </section>
  );
}

interface SectionEditorProps {
  readonly section: Section;
  readonly incidentId: string;
  readonly version: number;
  readonly onClose: () => void;
}

function SectionEditor({ section, incidentId, version, onClose }: SectionEditorProps) {
  const [markdown, setMarkdown] = useState(section.markdown);
  const cache = useQueryClient();
  const save = usePostmortemChange<string>({
    incidentId,
    send: (text) =>
      api.monitor.editPostmortem(incidentId, { version, sections: [{ key: section.key, markdown: text }] }),
    onDone: (postmortem) => {
      say(`${section.title} is changed: version ${postmortem.version}.`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(markdown);
  };
  // Somebody else was faster: their version is fetched, and what was typed here stays.
  const isOvertaken = save.error instanceof ProblemError && save.error.code === 'postmortem_changed';
  return (
    <form className="form" onSubmit={submit}>
      <TextArea
        label={`${section.title}, as Markdown`}
        isLabelHidden
        rows={8}
        value={markdown}
        maxLength={TEXT_MAX_LENGTH}
        hint="Markdown. It becomes a new version under your name; the one before is kept."
        onChange={(event) => setMarkdown(event.target.value)}
        autoFocus
      />
      {save.isError && <ProblemNotice error={save.error} />}
      {isOvertaken && (
        <div>
          <Button
            onClick={() => void cache.invalidateQueries({ queryKey: postmortemQuery(incidentId, undefined).queryKey })}
          >
            Fetch the newest, and keep what I typed
          </Button>
        </div>
      )}
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={save.isPending} disabled={markdown === section.markdown}>
          Save
        </Button>
      </div>
    </form>
  );
}
