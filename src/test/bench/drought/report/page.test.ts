import { expect, test } from 'vitest';
import { renderPage } from '../../../../bench/drought/report/page.ts';
import { createResult, createRun, MARKUP } from '../made-up-result.ts';

const page = renderPage(createResult());

test('what a server said of itself never becomes markup', () => {
  expect(page).not.toContain(MARKUP);
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;');
});

test('it needs nothing else: no address, no script', () => {
  expect(page).not.toMatch(/https?:|url\(|@import|<script|<link|<iframe/);
});

test('it says first whether users were hurt', () => {
  expect(/<h1>([^<]+)/.exec(page)?.[1]).toBe('Aquifer hurt nobody. The ordinary way hurt up to 100 %.');
  expect(page.indexOf('<table')).toBeLessThan(page.indexOf('<figure'));
});

test('each chart has a name, a description, its series at their ends and the moments of the drought', () => {
  const [chart = ''] = page.split('<figure class="chart">').slice(1);
  expect(chart).toMatch(/role="img" aria-label="Log-ins and own reads that succeeded\. /);
  for (const words of ['first report', 'detected', 'cause named', 'storm ends', 'The ordinary way', 'Aquifer']) {
    expect(chart).toContain(`>${words}</text>`);
  }
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

test('one server alone, and a drought without a verdict, are a page too', () => {
  const silent = { ...createRun('aquifer', true), naming: { ...createRun('aquifer', true).naming, verdict: null } };
  expect(renderPage(createResult([createRun('ordinary', true)]))).not.toMatch(/NaN|undefined/);
  expect(renderPage(createResult([silent as ReturnType<typeof createRun>]))).toContain('did not name a cause');
});
