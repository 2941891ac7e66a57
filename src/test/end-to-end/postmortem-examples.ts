/** Good requests for the operations of postmortems. Each needs an incident: one is opened by hand and closed again. */

import { must } from '../support/api-session.ts';

interface Where {
  url: string;
  operator: string;
}

const written = new WeakMap<Where, Promise<string>>();

async function writeOne({ operator: token, url }: Where): Promise<string> {
  const base = '/v1/monitor/incidents';
  const { incidents } = await must<{ incidents: { id: string; state: string }[] }>(url, 'GET', base, { token });
  let id = incidents[0]?.id;
  if (id === undefined) {
    const opened = await must<{ incident: { id: string } }>(url, 'POST', base, { token, body: { title: 'By hand' } });
    id = opened.incident.id;
    await must(url, 'POST', `${base}/${id}/close`, { token });
  }
  await must(url, 'POST', `${base}/${id}/postmortem`, { token });
  return id;
}

/** The id of an incident with a postmortem, the same for one world. */
function postmortemOf(world: Where): Promise<string> {
  let id = written.get(world);
  if (!id) {
    id = writeOne(world);
    written.set(world, id);
  }
  return id;
}

const plain = async (world: Where) => ({ token: world.operator, params: { id: await postmortemOf(world) } });

async function newMeasure(world: Where): Promise<{ id: string; key: string }> {
  const id = await postmortemOf(world);
  const body = { kind: 'preventive', sentence: `Tell the team, ${Math.random()}.` };
  const path = `/v1/monitor/incidents/${id}/postmortem/measures`;
  const { measures } = await must<{ measures: { key: string; sentence: string }[] }>(world.url, 'POST', path, {
    token: world.operator,
    body,
  });
  return { id, key: measures.find(({ sentence }) => sentence === body.sentence)?.key ?? '' };
}

const tickable = new WeakMap<Where, Promise<{ id: string; key: string }>>();

export const postmortemExamples = {
  getMonitorIncidentsByIdPostmortem: plain,
  postMonitorIncidentsByIdPostmortem: plain,
  putMonitorIncidentsByIdPostmortem: async (world: Where) => {
    const example = await plain(world);
    const path = `/v1/monitor/incidents/${example.params.id}/postmortem`;
    const { version } = await must<{ version: number }>(world.url, 'GET', path, { token: world.operator });
    return { ...example, body: { version, title: 'Ours', sections: [{ key: 'summary', markdown: 'Short.' }] } };
  },
  getMonitorIncidentsByIdPostmortemVersions: plain,
  getMonitorIncidentsByIdPostmortemMarkdown: plain,
  getMonitorIncidentsByIdPostmortemHtml: plain,
  postMonitorIncidentsByIdPostmortemMeasures: async (world: Where) => ({
    ...(await plain(world)),
    body: { kind: 'corrective', sentence: 'Tell the team.', detail: 'by mail' },
  }),
  postMonitorIncidentsByIdPostmortemMeasuresByKey: async (world: Where) => {
    const params = tickable.get(world) ?? newMeasure(world);
    tickable.set(world, params);
    return { token: world.operator, params: { ...(await params) }, body: { isDone: true } };
  },
  deleteMonitorIncidentsByIdPostmortemMeasuresByKey: async (world: Where) => ({
    token: world.operator,
    params: { ...(await newMeasure(world)) },
  }),
  postMonitorIncidentsByIdPostmortemCheck: plain,
};
