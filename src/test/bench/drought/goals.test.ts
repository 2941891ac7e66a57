import { expect, test } from 'vitest';
import { judgeGoals } from '../../../bench/drought/goals.ts';
import type { SeenIncident } from '../../../bench/drought/incident-reading.ts';
import type { ServerRun } from '../../../bench/drought/run.ts';
import { createResult } from './made-up-result.ts';

const incident: SeenIncident = { number: 1, title: 'x', openedAt: '', usersHurt: 3, postmortem: '# Incident 1' };

function judge(incidents: ServerRun['incidents']) {
  const run = createResult().runs.find(({ server }) => server === 'aquifer') as ServerRun;
  return judgeGoals({ ...run, incidents }).find(({ what }) => what.startsWith('incidents opened'));
}

test('one drought is one incident with a postmortem; none, two or one that nobody wrote up miss the goal', () => {
  expect(judge([incident])).toMatchObject({ isMet: true, got: '1' });
  expect(judge([])).toMatchObject({ isMet: false, got: '0' });
  expect(judge([incident, incident])).toMatchObject({ isMet: false, got: '2' });
  expect(judge([{ ...incident, postmortem: null }])).toMatchObject({ isMet: false, got: '1, 0 with a postmortem' });
});

test('a server that cannot be asked is not asked for incidents', () => {
  expect(judge(null)).toBeUndefined();
});
