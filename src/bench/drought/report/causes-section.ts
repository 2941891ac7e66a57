/** The report's section on the planted causes: what was planted, what was said, and whether it was right. */

import type { CausesResult } from '../causes/plant-all.ts';
import { milliseconds, seconds } from '../words.ts';
import { escapeText } from './escape.ts';

/** Reads that take so long before anything is planted: something else is the matter. */
const NOT_CALM_MS = 500;

export function renderCauses({ named, planted, calmReadP99Ms }: CausesResult): string {
  const rows = planted.map(({ title, naming, namedMs, readP99Ms }) => {
    const said = naming.verdict ? escapeText(naming.verdict.sentence) : 'Nothing.';
    const why =
      naming.isRight || naming.faults.length === 0
        ? ''
        : `<br><span class="aside">${escapeText(naming.faults.join('; '))}</span>`;
    const mark = naming.isRight ? `<td class="good">named</td>` : `<td class="bad">not named</td>`;
    return `<tr><th scope="row">${escapeText(title)}</th><td>${said}${why}</td><td class="number">${milliseconds(readP99Ms)}</td><td class="number">${seconds(namedMs)}</td>${mark}</tr>`;
  });
  return `<section aria-labelledby="causes">
<h2 id="causes">${named} of ${planted.length} planted causes were named rightly</h2>
<p>Each was planted once, in an order that the seed decides, with calm traffic between. Right means the kind of cause, and the statement, the caller or the holder that was planted. Own reads had a 99th percentile of ${milliseconds(calmReadP99Ms)} before the first.</p>
${calmReadP99Ms > NOT_CALM_MS ? '<p class="bad">That is no calm: the machine had other work, and what was said of the causes may not be quoted.</p>' : ''}
<div class="scroll" tabindex="0" role="region" aria-label="Planted causes"><table><thead><tr><th scope="col">Planted</th><th scope="col">What was said</th><th scope="col" class="number">Own reads,<br>p99</th><th scope="col" class="number">Named<br>after</th><th scope="col"></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
</section>`;
}
