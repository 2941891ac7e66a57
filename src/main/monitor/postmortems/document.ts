/** What is stored of a postmortem: the text and the measures of one version, and, beside all versions, what became of the measures. */

import type { CheckSpec, MeasureDraft } from './measures/draft.ts';
import type { Measure, MeasureCheck, Postmortem, Section } from './schema.ts';

export type Plot = Postmortem['plots'][number];

export interface PostmortemDocument {
  readonly title: string;
  readonly sections: readonly Section[];
  readonly measures: readonly MeasureDraft[];
  readonly plots: readonly Plot[];
}

export interface StoredVersion {
  readonly incidentId: string;
  readonly version: number;
  readonly writtenAt: string;
  /** The operator; null where it was written from the data. */
  readonly writtenBy: string | null;
  readonly document: PostmortemDocument;
}

/** Of a measure, whatever the version. */
export interface MeasureState {
  readonly key: string;
  /** Whether an operator ever said anything of it. */
  readonly isTicked: boolean;
  readonly isDone: boolean;
  readonly doneAt: string | null;
  readonly doneBy: string | null;
  readonly check: MeasureCheck | null;
}

export type { CheckSpec };

export function toPostmortem(stored: StoredVersion, states: readonly MeasureState[]): Postmortem {
  const { document, ...rest } = stored;
  const byKey = new Map(states.map((state) => [state.key, state]));
  return {
    ...rest,
    title: document.title,
    sections: document.sections.map((section) => ({ ...section })),
    measures: document.measures.map((draft) => toMeasure(draft, byKey.get(draft.key))),
    plots: document.plots.map((plot) => ({ ...plot })),
  };
}

function toMeasure(
  { check: spec, doneAt, evidence, ...draft }: MeasureDraft,
  state: MeasureState | undefined,
): Measure {
  return {
    ...draft,
    evidence: [...evidence],
    ...doneOf(doneAt, state),
    check: spec === null ? null : (state?.check ?? null),
  };
}

/** By an operator's tick; where there is none, by what the incident recorded. A look of the checker is no tick. */
function doneOf(
  recordedAt: string | null,
  state: MeasureState | undefined,
): Pick<Measure, 'isDone' | 'doneAt' | 'doneBy'> {
  if (state?.isTicked) return { isDone: state.isDone, doneAt: state.doneAt, doneBy: state.doneBy };
  return { isDone: recordedAt !== null, doneAt: recordedAt, doneBy: null };
}
