// Postmortems: reading, writing from the data, changing, ticking off, checking again; and their files.
import type {
  Measure,
  MeasureCheck,
  NewMeasure,
  Postmortem,
  PostmortemEdit,
  PostmortemVersion,
  Section,
} from '../monitor/postmortems/schema.ts';
import type { Transport } from './transport.ts';

export type { Measure, MeasureCheck, NewMeasure, Postmortem, PostmortemEdit, PostmortemVersion, Section };

/** Part of the monitor's client; operators only. */
export function createPostmortemsClient({ send }: Transport) {
  const base = (id: string) => `/v1/monitor/incidents/${encodeURIComponent(id)}/postmortem`;
  return {
    /** The last version, or another. */
    postmortem: (id: string, version?: number, signal?: AbortSignal) =>
      send<Postmortem>('GET', base(id), { query: { version }, signal }),
    /** A new version from the data; what an operator has edited is kept unless `keepEdits` is false. */
    writePostmortem: (id: string, { keepEdits = true }: { keepEdits?: boolean } = {}) =>
      send<Postmortem>('POST', base(id), { query: { keepEdits: String(keepEdits) } }),
    editPostmortem: (id: string, edit: PostmortemEdit) => send<Postmortem>('PUT', base(id), { body: edit }),
    async postmortemVersions(id: string, signal?: AbortSignal): Promise<readonly PostmortemVersion[]> {
      return (await send<{ versions: PostmortemVersion[] }>('GET', `${base(id)}/versions`, { signal })).versions;
    },
    addMeasure: (id: string, measure: NewMeasure) =>
      send<Postmortem>('POST', `${base(id)}/measures`, { body: measure }),
    tickMeasure: (id: string, key: string, isDone: boolean) =>
      send<Postmortem>('POST', `${base(id)}/measures/${encodeURIComponent(key)}`, { body: { isDone } }),
    deleteMeasure: (id: string, key: string) =>
      send<Postmortem>('DELETE', `${base(id)}/measures/${encodeURIComponent(key)}`),
    /** Looks again whether the measures hold. */
    checkMeasures: (id: string) => send<Postmortem>('POST', `${base(id)}/check`),
    /** Where a browser that is logged in finds the file. */
    postmortemFile: (id: string, format: 'markdown' | 'html', version?: number): string =>
      `${base(id)}/${format}${version === undefined ? '' : `?version=${version}`}`,
  };
}
