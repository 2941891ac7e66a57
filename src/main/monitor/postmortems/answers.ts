/** Answers of the postmortems' endpoints; the files carry a name to be saved under. */

import type { RouteInput, RouteSchema } from '../../http/index.ts';
import { HTML_POLICY, toHtml } from './html-document.ts';
import { toMarkdown } from './markdown-document.ts';
import type { Postmortems } from './postmortems.ts';
import type * as schema from './schema.ts';

type Input<S extends RouteSchema> = RouteInput<S, 'operator'>;

export function createAnswers(postmortems: Postmortems) {
  return {
    read: ({ params, query }: Input<typeof schema.readPostmortem>) => postmortems.read(params.id, query.version),
    write: ({ params, query }: Input<typeof schema.writePostmortem>) =>
      postmortems.write(params.id, query.keepEdits !== 'false'),
    edit: ({ body, caller, params }: Input<typeof schema.editPostmortem>) =>
      postmortems.edit(params.id, body, caller.userId),
    versions: async ({ params }: Input<typeof schema.listPostmortemVersions>) => ({
      versions: await postmortems.versions(params.id),
    }),
    markdown: async ({ params, query, reply }: Input<typeof schema.readPostmortemMarkdown>) => {
      const postmortem = await postmortems.read(params.id, query.version);
      reply.type('text/markdown; charset=utf-8');
      reply.header('content-disposition', `inline; filename="${fileName(params.id, postmortem.version)}.md"`);
      return toMarkdown(postmortem);
    },
    html: async ({ params, query, reply }: Input<typeof schema.readPostmortemHtml>) => {
      const postmortem = await postmortems.read(params.id, query.version);
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', `${HTML_POLICY}; frame-ancestors 'none'`);
      reply.header('content-disposition', `inline; filename="${fileName(params.id, postmortem.version)}.html"`);
      return toHtml(postmortem);
    },
    addMeasure: ({ body, caller, params }: Input<typeof schema.addMeasure>) =>
      postmortems.addMeasure(params.id, body, caller.userId),
    tick: ({ body, caller, params }: Input<typeof schema.tickMeasure>) =>
      postmortems.tick(params.id, params.key, body.isDone, caller.userId),
    deleteMeasure: ({ caller, params }: Input<typeof schema.deleteMeasure>) =>
      postmortems.deleteMeasure(params.id, params.key, caller.userId),
    check: ({ params }: Input<typeof schema.checkMeasures>) => postmortems.check(params.id),
  };
}

/** Of the id only what is safe in a header and in a file's name. */
function fileName(incidentId: string, version: number): string {
  return `postmortem-${incidentId.replace(/[^\w-]/g, '').slice(0, 40)}-v${version}`;
}
