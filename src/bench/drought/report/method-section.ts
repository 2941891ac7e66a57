/** The report's last section: on which machine, by which schedule, and what each word means. */

import { CALM_FACTORS } from '../figures.ts';
import { kinds, reports } from '../kinds.ts';
import { NOTES_EACH, USER_COUNT } from '../people.ts';
import { RATES } from '../phases.ts';
import type { DroughtResult } from '../result.ts';
import { whole } from '../words.ts';
import { escapeText } from './escape.ts';

export function renderMethod(result: DroughtResult): string {
  const { machine, versions, seed, lengths, report, pace, scheduleHash, tookMs, runs } = result;
  const facts: [string, string][] = [
    ['Machine', `${machine.processor}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}`],
    ['Versions', `Aquifer ${versions.aquifer}, Postgres ${versions.postgres}, Node.js ${versions.node}`],
    ['Seed', String(seed)],
    ['Schedule', `${scheduleHash.slice(0, 16)} (the beginning of its SHA-256); the same for each server`],
    [
      'Phases',
      `${lengths.calm} s calm, ${lengths.drought} s drought, ${lengths.recovery} s recovery${pace === 'full' ? '' : `: a shorter run than the full one (30, 60 and 30 s), at the same rates`}`,
    ],
    [
      'Load',
      `${RATES.logIn} log-ins and ${RATES.read} own reads a second, and ${RATES.report} reports a second in the drought; Poisson, open loop`,
    ],
    [
      'Data',
      `${whole(USER_COUNT)} users with ${NOTES_EACH} notes each, ${whole(report.rows)} orders; the cpu report alone takes ${(report.ms / 1_000).toFixed(1)} s`,
    ],
    ['It took', `${Math.round(tookMs / 1_000)} s`],
  ];
  const ofDroughts = new Set(['Schedule', 'Phases', 'Load']);
  const shown = facts.filter(([term]) => runs.length > 0 || !ofDroughts.has(term));
  const doubtful = runs.filter(({ invalidBecause }) => invalidBecause.length > 0);
  const remarks = [
    ...(report.remark ? [`${report.remark}.`] : []),
    ...doubtful.map(({ name, kind, invalidBecause }) => `${name}, ${kind}: ${invalidBecause[0]}`),
  ];
  return `<section aria-labelledby="method">
<h2 id="method">How it was measured</h2>
<dl>${shown.map(([term, text]) => `<dt>${escapeText(term)}</dt><dd>${escapeText(text)}</dd>`).join('')}</dl>
${remarks.length > 0 ? `<p class="bad">Not to be quoted without this: the machine had other work, or too little to give.</p><ul class="evidence">${remarks.map((remark) => `<li>${escapeText(remark)}</li>`).join('')}</ul>` : ''}
<p>Times run from the instant a request was due, not from when it could be sent. A request has failed at a status of 400 or above, or without a whole answer after 10 s. A user was hurt who saw one failed log-in or read of his own data, at any time of the run. Reports are counted apart: the client stays up to 20 s for them.</p>
<p>Contained is the moment after which, for the rest of the drought, no window of 2 s has a failure or a 99th percentile of log-ins or reads above ${CALM_FACTORS.sleep} times calm's (${CALM_FACTORS.cpu} times in cpu), or above the worst such window of calm itself. 0 s means that users were never unwell. To normal is the same from the storm's end. Each log-in and each read is measured against calm's 99th percentile of its own kind.</p>
<p>The ordinary way is Fastify with pg.Pool at their defaults, argon2id at the same cost, and the same statements for the reports. Both servers, Postgres and the load generator share this one machine.</p>
<details><summary>The reports' statements</summary>${kinds.map((kind) => `<p class="aside">${kind}</p><pre>${escapeText(outdent(reports[kind].text))}</pre>`).join('')}</details>
</section>`;
}

function outdent(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const indent = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indent)).join('\n');
}
