/**
 * Writes a postmortem from an incident: its title, seven sections, the measures and the plots. It holds what the data supports;
 * where a figure is missing, the sentence about it is left out, and what cannot be known is said in the last section.
 */

import type { IncidentDetail } from '../incidents/schema.ts';
import type { Series } from '../samples/schema.ts';
import type { PostmortemDocument } from './document.ts';
import { type IncidentFacts, readFacts } from './incident-facts.ts';
import { correctiveMeasures } from './measures/corrective.ts';
import type { MeasureDraft } from './measures/draft.ts';
import { preventiveMeasures } from './measures/preventive.ts';
import { drawPlots } from './plots/plots.ts';
import type { Section } from './schema.ts';
import { causeWords } from './sections/cause-words.ts';
import { durationWords } from './sections/duration-words.ts';
import { impactWords } from './sections/impact-words.ts';
import { resolutionWords } from './sections/resolution-words.ts';
import { summaryWords } from './sections/summary-words.ts';
import { timelineWords } from './sections/timeline-words.ts';
import { unknownWords } from './sections/unknown-words.ts';

const SECTIONS: readonly (readonly [Section['key'], string, (facts: IncidentFacts) => string])[] = [
  ['summary', 'Summary', summaryWords],
  ['duration', 'Duration', durationWords],
  ['impact', 'Impact', impactWords],
  ['timeline', 'Timeline', timelineWords],
  ['cause', 'Root cause', causeWords],
  ['resolution', 'Resolution', resolutionWords],
  ['unknown', 'What remains unknown', unknownWords],
];

/** @param pool what the pool's series say of the incident's time; may be empty */
export function writePostmortem(detail: IncidentDetail, pool: readonly Series[] = []): PostmortemDocument {
  const facts = readFacts(detail);
  return {
    title: `Incident ${detail.incident.number}: ${detail.incident.title}`,
    sections: SECTIONS.map(([key, title, write]) => ({ key, title, markdown: write(facts), isEdited: false })),
    measures: withoutDoubles([...correctiveMeasures(facts), ...preventiveMeasures(facts)]),
    plots: drawPlots(facts, pool),
  };
}

function withoutDoubles(measures: readonly MeasureDraft[]): MeasureDraft[] {
  return [...new Map(measures.map((measure) => [measure.key, measure])).values()];
}

/** Written again, with what operators have changed of the one before kept: its sections, its title, measures of their own. */
export function keepEdits(written: PostmortemDocument, before: PostmortemDocument | undefined): PostmortemDocument {
  if (!before) return written;
  const edited = new Map(before.sections.filter(({ isEdited }) => isEdited).map((section) => [section.key, section]));
  return {
    ...written,
    sections: written.sections.map((section) => edited.get(section.key) ?? section),
    measures: [...written.measures, ...before.measures.filter(({ isOwn }) => isOwn)],
  };
}
