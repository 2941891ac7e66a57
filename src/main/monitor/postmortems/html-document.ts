/** A postmortem as one page that needs nothing else: text, measures and plots, for light and dark, for a screen and for paper. */

import { createHash } from 'node:crypto';
import { toMarkdown } from './markdown-document.ts';
import { markdownToHtml, placeFor } from './markdown-html.ts';
import { escapeXml } from './plots/svg-chart.ts';
import type { Postmortem } from './schema.ts';

const STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#fbfcfd, #0b0f13); --ink: light-dark(#111820, #e9eef3);
  --soft: light-dark(#46525e, #a9b5c0); --line: light-dark(#e4e9ed, #1d252d); --low: light-dark(#f3f6f8, #12181e); }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 60rem; margin: 0 auto; padding: 48px 24px 96px; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 8px; }
h2 { font-size: 1.25rem; margin: 48px 0 8px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 24px 0 8px; }
p, ul, ol { margin: 8px 0; max-width: 46rem; } li { margin: 4px 0; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.875em; }
pre { background: var(--low); padding: 16px; border-radius: 8px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; } h1 + p { color: var(--soft); }
.table { overflow-x: auto; } table { border-collapse: collapse; margin: 8px 0; }
th, td { text-align: left; padding: 6px 24px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: 0.875rem; } .figure { text-align: right; }
figure { margin: 24px 0; } figcaption { color: var(--soft); font-weight: 600; margin-bottom: 8px; } svg { width: 100%; height: auto; }
blockquote { margin: 8px 0; padding-left: 16px; border-left: 3px solid var(--line); color: var(--soft); }
@media print { main { padding: 0; max-width: none; } h2, h3 { break-after: avoid; } figure, pre { break-inside: avoid; } }
`;
const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64');

/** Its own style and nothing else: the page runs nothing and loads nothing. */
export const HTML_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'`;

export function toHtml(postmortem: Postmortem): string {
  const places = new Map(
    postmortem.plots.map(({ key, svg, title }) => [
      key,
      `<figure><figcaption>${escapeXml(title)}</figcaption>${svg}</figure>`,
    ]),
  );
  const body = markdownToHtml(toMarkdown(postmortem, { plotText: placeFor }), places);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="${HTML_POLICY}">
<title>${escapeXml(postmortem.title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`;
}
