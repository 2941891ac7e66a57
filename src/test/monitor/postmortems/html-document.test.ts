import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { toPostmortem } from '../../../main/monitor/postmortems/document.ts';
import { HTML_POLICY, toHtml } from '../../../main/monitor/postmortems/html-document.ts';
import { writePostmortem } from '../../../main/monitor/postmortems/write-postmortem.ts';
import { at, missingIndexIncident } from '../../support/incident-fixtures.ts';

const page = () => {
  const detail = missingIndexIncident();
  const stored = { incidentId: detail.incident.id, version: 1, writtenAt: at(160), writtenBy: null };
  return toHtml(toPostmortem({ ...stored, document: writePostmortem(detail) }, []));
};

test('the page needs nothing else, and its style is the one that its policy allows', () => {
  const html = page();
  expect(html).not.toMatch(/<script|<link|src=|@import|url\(/);
  expect(html).not.toMatch(/ style="/);
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
  const digest = createHash('sha256').update(style).digest('base64');
  expect(HTML_POLICY).toContain(`'sha256-${digest}'`);
});

test('the plots stand where they belong', () => {
  const html = page();
  expect(html.match(/<svg /g)).toHaveLength(2);
  expect(html.indexOf('<h2>Impact</h2>')).toBeLessThan(html.indexOf('<svg '));
  expect(html.indexOf('<svg ')).toBeLessThan(html.indexOf('<h2>Timeline</h2>'));
});
