/**
 * The report: one HTML file that needs nothing else. First whether users were hurt, then why, then what was measured and how.
 * It is made from the result alone, so that the JSON beside it can be drawn again.
 */

import type { SeenIncident } from '../incident-reading.ts';
import { kinds, reports } from '../kinds.ts';
import { type Comparison, compare, type DroughtResult } from '../result.ts';
import type { ServerRun } from '../run.ts';
import { rowsOf } from '../table.ts';
import { percent, seconds } from '../words.ts';
import { renderCauses } from './causes-section.ts';
import { renderCharts } from './comparison-charts.ts';
import { escapeText } from './escape.ts';
import { renderMethod } from './method-section.ts';
import { style } from './style.ts';

const MARK = `<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M7 14c3-2.4 6-2.4 9 0s6 2.4 9 0v10.5a3.5 3.5 0 0 1-3.5 3.5h-11A3.5 3.5 0 0 1 7 24.5Z"/><path d="M5 4v20a5 5 0 0 0 5 5h12a5 5 0 0 0 5-5V4"/></svg>`;

export function renderPage(result: DroughtResult): string {
  const comparisons = compare(result);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(headlineOf(result, comparisons))}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<div class="wordmark">${MARK} Aquifer</div>
<p class="eyebrow">The drought, re-enacted on ${escapeText(dateOf(result.madeAt))}</p>
<h1>${escapeText(headlineOf(result, comparisons))}</h1>
<p class="lead">On 1 June 2024 long, unoptimised queries emptied a connection pool. Three in four users could not log in for 150 minutes, and naming the cause took 105 of them. Here the same happens again, on purpose: the same arrivals, the same data, the same Postgres.</p>
</header>
${comparisons.length > 0 ? renderSummary(comparisons) : ''}
${comparisons.map((one) => renderKind(one, result)).join('\n')}
${result.causes ? renderCauses(result.causes) : ''}
${renderMethod(result)}
</main>
</body>
</html>
`;
}

function dateOf(iso: string): string {
  return `${iso.slice(0, 10)} at ${iso.slice(11, 16)} UTC`;
}

function headlineOf({ causes }: DroughtResult, comparisons: readonly Comparison[]): string {
  const worst = (runs: (ServerRun | undefined)[]) => {
    const known = runs.filter((run) => run !== undefined);
    const [first] = known;
    return first
      ? { name: first.name, share: Math.max(...known.map(({ figures }) => figures.users.share)) }
      : undefined;
  };
  const guarded = worst(comparisons.map((one) => one.guarded));
  const ordinary = worst(comparisons.map((one) => one.ordinary));
  const sentences = [
    ...(guarded
      ? [`${guarded.name} hurt ${guarded.share === 0 ? 'nobody' : `up to ${percent(guarded.share)} of users`}.`]
      : []),
    ...(ordinary ? [`${ordinary.name} hurt up to ${percent(ordinary.share)}.`] : []),
  ];
  if (sentences.length === 0 && causes)
    return `Aquifer named ${causes.named} of ${causes.planted.length} planted causes.`;
  return sentences.join(' ');
}

function renderSummary(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ kind, ordinary, guarded, goals }) => {
    const met = goals.filter(({ isMet }) => isMet).length;
    const cells = [
      hurtCell(ordinary),
      hurtCell(guarded),
      ordinary ? percent(ordinary.figures.succeeded.logIn) : '–',
      guarded ? percent(guarded.figures.succeeded.logIn) : '–',
      guarded?.naming ? seconds(guarded.namedMs) : '–',
      guarded ? seconds(guarded.figures.containedMs) : '–',
      goals.length > 0 ? `${met} of ${goals.length}` : '–',
    ];
    const look = (index: number) => (index === 6 && met < goals.length ? 'number bad' : 'number');
    return `<tr><th scope="row">${kind}</th>${cells.map((cell, index) => `<td class="${look(index)}">${cell}</td>`).join('')}</tr>`;
  });
  const [first] = comparisons;
  const a = escapeText(first?.ordinary?.name ?? 'The ordinary way');
  const b = escapeText(first?.guarded?.name ?? 'Aquifer');
  return `<div class="scroll" tabindex="0" role="region" aria-label="Summary"><table>
<thead><tr><th scope="col">Drought</th><th scope="col" class="number">Users hurt,<br>${a}</th><th scope="col" class="number"><br>${b}</th><th scope="col" class="number">Log-ins succeeded,<br>${a}</th><th scope="col" class="number"><br>${b}</th><th scope="col" class="number">Cause<br>named</th><th scope="col" class="number">Contained<br>after</th><th scope="col" class="number">Goals<br>met</th></tr></thead>
<tbody>${rows.join('')}</tbody></table></div>`;
}

function hurtCell(run: ServerRun | undefined): string {
  return run ? percent(run.figures.users.share) : '–';
}

function renderKind(comparison: Comparison, result: DroughtResult): string {
  const { kind, ordinary, guarded } = comparison;
  const runs = [ordinary, guarded].filter((run) => run !== undefined);
  return `<section aria-labelledby="${kind}">
<h2 id="${kind}">${kinds.indexOf(kind) + 1}. ${kind}: ${escapeText(reports[kind].meaning)}</h2>
${renderSideBySide(runs)}
${guarded ? renderVerdict(guarded) : ''}
${renderCharts(comparison, result.lengths)}
${renderGoals(comparison)}
${guarded && guarded.journal.length > 0 ? renderJournal(guarded) : ''}
${(guarded?.incidents ?? []).map(renderPostmortem).join('\n')}
</section>`;
}

function renderSideBySide(runs: readonly ServerRun[]): string {
  const rows = rowsOf(runs).map(({ what, cells }, row) => {
    const cellsText = cells.map(
      (cell, index) => `<td data-server="${escapeText(runs[index]?.name ?? '')}">${escapeText(cell)}</td>`,
    );
    return `<tr${row === 0 ? ' class="first"' : ''}><th scope="row">${escapeText(what)}</th>${cellsText.join('')}</tr>`;
  });
  const heads = runs.map(({ name }) => `<th scope="col">${escapeText(name)}</th>`).join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="Side by side"><table class="side-by-side"><thead><tr><th></th>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderVerdict({ name, naming, namedMs, detectedMs }: ServerRun): string {
  if (!naming) return '';
  if (!naming.verdict) return `<div class="verdict"><p class="bad">${escapeText(name)} did not name a cause.</p></div>`;
  const { sentence, evidence, actions, statement } = naming.verdict;
  const state = naming.isRight
    ? `<p class="aside">Detected after ${seconds(detectedMs)}, named after ${seconds(namedMs)}. <span class="good">It is what was planted.</span></p>`
    : `<p class="bad">That is not what was planted: ${escapeText(naming.faults.join('; '))}.</p>`;
  const list = [...evidence, ...actions.map((action) => action.sentence)].map((line) => `<li>${escapeText(line)}</li>`);
  return `<div class="verdict"><p class="eyebrow">What ${escapeText(name)} said</p><blockquote>${escapeText(sentence)}</blockquote>${state}
${list.length > 0 ? `<ul class="evidence">${list.join('')}</ul>` : ''}${statement?.text ? `<pre>${escapeText(statement.text.trim())}</pre>` : ''}</div>`;
}

function renderGoals({ goals, guarded }: Comparison): string {
  if (goals.length === 0) return '';
  const rows = goals.map(
    ({ what, wanted, got, isMet }) =>
      `<tr><th scope="row">${escapeText(what)}</th><td class="whole">${escapeText(wanted)}</td><td>${escapeText(got)}</td><td class="${isMet ? 'good' : 'bad'}">${isMet ? 'met' : 'missed'}</td></tr>`,
  );
  return `<h3>What was asked of ${escapeText(guarded?.name ?? '')}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Goals"><table><thead><tr><th scope="col">Goal</th><th scope="col">Asked</th><th scope="col">Measured</th><th scope="col"></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderJournal({ journal, startedAt, firstReportMs, name }: ServerRun): string {
  const lines = journal
    .map(({ at, sentence }) => ({ sinceMs: Date.parse(at) - startedAt - firstReportMs, sentence }))
    .sort((a, b) => a.sinceMs - b.sinceMs)
    .map(
      ({ sinceMs, sentence }) =>
        `<tr><td class="number">${(sinceMs / 1_000).toFixed(1)}</td><td>${escapeText(sentence)}</td></tr>`,
    );
  return `<details><summary>What ${escapeText(name)} did, from its journal (${lines.length})</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Journal"><table><thead><tr><th scope="col" class="number">Seconds from<br>the first report</th><th scope="col">What happened</th></tr></thead><tbody>${lines.join('')}</tbody></table></div></details>`;
}

function renderPostmortem({ number, postmortem, title }: SeenIncident): string {
  if (postmortem === null) return `<p class="bad">Incident ${number} was opened, and no postmortem could be had.</p>`;
  return `<details><summary>The postmortem that was written by itself, of incident ${number}: ${escapeText(title)}</summary>
<pre>${escapeText(postmortem)}</pre></details>`;
}
