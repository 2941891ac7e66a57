import { expect, test } from 'vitest';
import { readFacts } from '../../../../main/monitor/postmortems/incident-facts.ts';
import { drawPlots } from '../../../../main/monitor/postmortems/plots/plots.ts';
import { at, missingIndexIncident, points } from '../../../support/incident-fixtures.ts';

const plotsOf = (changes = {}, pool: Parameters<typeof drawPlots>[1] = []) =>
  drawPlots(readFacts(missingIndexIncident(changes)), pool);
const svgOf = (plots: ReturnType<typeof drawPlots>, key: string) => plots.find((plot) => plot.key === key)?.svg ?? '';

test('who was hurt and how long requests took, with the moments as marks', () => {
  const plots = plotsOf();
  expect(plots.map(({ key }) => key)).toEqual(['hurt', 'times']);
  for (const { svg } of plots) {
    expect(svg).toMatch(/^<svg [^>]*viewBox=/);
    expect(svg).not.toMatch(/NaN|undefined|style=/);
    for (const mark of ['opened', 'cause named', 'contained', 'closed']) expect(svg).toContain(`>${mark}</text>`);
  }
  expect(svgOf(plots, 'hurt')).toContain('At most 18 users hurt at 14:00:00.');
});

test('a gap is drawn as a gap', () => {
  const lines = (svg: string) => (svg.match(/<path d="([^"]*)"/g) ?? []).map((path) => path.match(/M/g)?.length);
  expect(lines(svgOf(plotsOf(), 'hurt'))).toEqual([1, 1, 1]);
  expect(lines(svgOf(plotsOf({ points: points([20, 60]) }), 'hurt'))).toEqual([2, 2, 2]);
});

test('the pool by lane, where its series are there', () => {
  const series = (scope: string, most: number) => ({
    ...{ name: 'pool.inUse', scope },
    points: [-60, -50, -40, 0, 10].map((second) => ({ at: at(second), mean: 1, min: 0, max: second < 0 ? 1 : most })),
  });
  const plots = plotsOf({}, [
    series('interactive', 4),
    series('bulk', 10),
    { ...series('x', 0), name: 'pool.waiting' },
  ]);
  const svg = svgOf(plots, 'pool');
  expect(svg).toContain('At most 10 in bulk.');
  expect(svg).toContain('>interactive</text>');
  expect(plots.map(({ key }) => key)).toContain('waiting');
});

test('names of lanes and titles cannot leave their place', () => {
  const series = { name: 'pool.inUse', scope: '"><script>', points: [{ at: at(0), mean: 1, min: 1, max: 1 }] };
  expect(svgOf(plotsOf({}, [series]), 'pool')).not.toContain('<script');
});
