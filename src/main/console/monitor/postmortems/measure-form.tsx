// A measure of one's own: what the data cannot know.
import type { Measure } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextArea } from '../../components/field.tsx';
import { formText, optionalFormText } from '../../components/form-text.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { measureKinds } from './measure-words.ts';
import { usePostmortemChange } from './use-postmortem-change.ts';

const kindOptions = measureKinds.map(({ kind, title }) => ({ value: kind, label: title }));

interface MeasureFormProps {
  readonly incidentId: string;
  readonly onClose: () => void;
}

export function MeasureForm({ incidentId, onClose }: MeasureFormProps) {
  const add = usePostmortemChange<FormData>({
    incidentId,
    send: (form) => {
      const detail = optionalFormText(form, 'detail');
      return api.monitor.addMeasure(incidentId, {
        kind: formText(form, 'kind') as Measure['kind'],
        sentence: formText(form, 'sentence'),
        ...(detail && { detail }),
      });
    },
    onDone: onClose,
  });
  return (
    <form
      className="form measure-form"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(new FormData(event.currentTarget));
      }}
    >
      {add.isError && !isToldByFields(add.error, ['sentence', 'detail']) && <ProblemNotice error={add.error} />}
      <SelectField label="Kind" name="kind" options={kindOptions} defaultValue="preventive" />
      <TextArea
        label="What is to be done"
        name="sentence"
        rows={2}
        maxLength={1000}
        placeholder="Load-test the report before each release"
        fault={fieldFault(add.error, 'sentence')}
        autoFocus
        required
      />
      <TextArea
        label="What to run"
        name="detail"
        rows={2}
        maxLength={4000}
        hint="Ready to copy; it may be left empty."
        fault={fieldFault(add.error, 'detail')}
      />
      <div className="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={add.isPending}>
          Add it
        </Button>
      </div>
    </form>
  );
}
