// What an operator saw or did, in their own words: it joins the timeline at once.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { TextArea } from '../../components/field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { incidentQuery } from './incidents.ts';

const NOTE_MAX_LENGTH = 1_000;

export function NoteForm({ incidentId }: { readonly incidentId: string }) {
  const [text, setText] = useState('');
  const cache = useQueryClient();
  const add = useMutation({
    mutationFn: (words: string) => api.monitor.writeNote(incidentId, words),
    onSuccess: async () => {
      setText('');
      await cache.invalidateQueries({ queryKey: incidentQuery(incidentId).queryKey });
    },
  });
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (text.trim() !== '' && !add.isPending) add.mutate(text.trim());
  };
  return (
    <form className="note-form" onSubmit={submit}>
      <TextArea
        label="Write down what you see or do"
        hint="It stands on the timeline under your name, and goes into the postmortem. Ctrl and Enter add it."
        rows={3}
        value={text}
        maxLength={NOTE_MAX_LENGTH}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      />
      {add.isError && <ProblemNotice error={add.error} />}
      <div className="form-actions">
        <Button type="submit" isBusy={add.isPending} disabled={text.trim() === ''}>
          Add the note
        </Button>
      </div>
    </form>
  );
}
