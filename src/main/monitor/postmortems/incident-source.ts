/** What a postmortem needs of incidents; handed in, since they know nothing of what is written about them. */

import type { IncidentDetail, IncidentSummary } from '../incidents/schema.ts';

export interface IncidentSource {
  /** @throws AppError incident_not_found */
  read(id: string): Promise<IncidentDetail>;
  /** Newest first. */
  recent(limit: number): Promise<readonly IncidentSummary[]>;
  /** Called with the id of an incident that has just closed. Returns how to stop listening. */
  onClosed(listener: (id: string) => void): () => void;
  /** Told once an incident has a postmortem, so that its summary can say so. */
  notePostmortem(id: string): Promise<void>;
}
