import { describe, expect, test } from 'vitest';
import { markdownToHtml, placeFor } from '../../../main/monitor/postmortems/markdown-html.ts';

describe('Markdown becomes HTML', () => {
  const cases: [string, string, string][] = [
    ['headings', '## Two *words*', '<h2>Two <em>words</em></h2>'],
    ['paragraphs over lines', 'a\nb', '<p>a b</p>'],
    ['lists', '- a\n- **b**\n  more', '<ul><li>a</li><li><strong>b</strong> more</li></ul>'],
    ['numbered lists', '1. a\n2) b', '<ol><li>a</li><li>b</li></ol>'],
    ['code in a line', 'run `a | b` now', '<p>run <code>a | b</code> now</p>'],
    ['longer ticks', 'run `` a`b `` now', '<p>run <code>a`b</code> now</p>'],
    ['blocks of code', '```sql\nselect <1>\n```\nafter', '<pre><code>select &lt;1&gt;</code></pre>\n<p>after</p>'],
    ['a block that is not closed', '```\nall', '<pre><code>all</code></pre>'],
    ['quotes', '> a\n> b', '<blockquote><p>a b</p></blockquote>'],
    ['escapes', '\\*not\\* \\<b>', '<p>*not* &lt;b&gt;</p>'],
    [
      'links',
      '[a](https://x.example/?a=1&b=2)',
      '<p><a href="https://x.example/?a=1&amp;b=2" rel="noreferrer">a</a></p>',
    ],
  ];
  test.each(cases)('%s', (_name, markdown, html) => {
    expect(markdownToHtml(markdown)).toBe(html);
  });

  test('tables, with figures at the right and bars in cells', () => {
    const html = markdownToHtml('| a | b |\n| --- | ---: |\n| x \\| y | 1 |');
    expect(html).toContain('<th>a</th><th class="figure">b</th>');
    expect(html).toContain('<td>x | y</td><td class="figure">1</td>');
  });

  test('a line that stands for a plot', () => {
    const places = new Map([['hurt', '<svg></svg>']]);
    expect(markdownToHtml(`a\n\n${placeFor('hurt')}\n\n${placeFor('none')}`, places)).toBe('<p>a</p>\n<svg></svg>');
  });
});

describe('no HTML of the text passes', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[a](javascript:alert(1))',
    '[a](https://x.example/"onmouseover="alert(1))',
    '`<b>`',
    '| <b> | b |\n| --- | --- |\n| <i> | "x" |',
    '# <svg onload=alert(1)>',
    '```\n</code></pre><script>alert(1)</script>\n```',
  ];
  test.each(attacks)('%s', (attack) => {
    const html = markdownToHtml(attack);
    expect(html).not.toMatch(/<(script|img|b|i|svg)\b/);
    expect(html).not.toMatch(/href="javascript/);
    expect(html).not.toMatch(/"\s*onmouseover=/);
  });
});

test('a text made to be slow is read in no time', () => {
  const startedAtMs = performance.now();
  for (const text of [
    '*'.repeat(20_000),
    '`'.repeat(20_000),
    '['.repeat(20_000),
    '**a '.repeat(5_000),
    '|'.repeat(20_000),
  ])
    markdownToHtml(text);
  expect(performance.now() - startedAtMs).toBeLessThan(2_000);
});
