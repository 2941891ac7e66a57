/** A postmortem read as text, the way a stranger reads it. */

import { describe, expect, test } from 'vitest';
import type { IncidentDetail } from '../../../main/monitor/incidents/schema.ts';
import { toPostmortem } from '../../../main/monitor/postmortems/document.ts';
import { toMarkdown } from '../../../main/monitor/postmortems/markdown-document.ts';
import { keepEdits, writePostmortem } from '../../../main/monitor/postmortems/write-postmortem.ts';
import {
  at,
  entry,
  forgottenLockIncident,
  INDEX_SQL,
  missingIndexIncident,
  missingIndexVerdict,
  points,
} from '../../support/incident-fixtures.ts';

function read(detail: IncidentDetail): string {
  const stored = { incidentId: detail.incident.id, version: 1, writtenAt: at(160), writtenBy: null };
  return toMarkdown(toPostmortem({ ...stored, document: writePostmortem(detail) }, []));
}

function sectionOf(detail: IncidentDetail, key: string): string {
  return writePostmortem(detail).sections.find((section) => section.key === key)?.markdown ?? '';
}

describe('of a missing index', () => {
  test('it has the sections of a report, in their order', () => {
    const titles = [...read(missingIndexIncident()).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual([
      ...['Summary', 'Duration', 'Impact', 'Timeline', 'Root cause', 'Resolution'],
      ...['Corrective measures', 'Preventive measures', 'What remains unknown'],
    ]);
  });

  test('the summary says whom it hurt, how long, why, and what is left to do', () => {
    const summary = sectionOf(missingIndexIncident(), 'summary');
    expect(summary).toContain('23 November 2026 at 14:00:00 UTC');
    expect(summary).toContain('2 min 38 s later');
    expect(summary).toContain('214 of the 600 users who asked for anything meanwhile (36 %)');
    expect(summary).toContain('named 3 s after it opened');
    expect(summary).toContain('shop.order has no index on status and created_at');
    expect(summary).toContain('contained at 14:00:15');
    expect(summary).toContain(INDEX_SQL);
  });

  test('a stranger finds the cause, the caller, and what to run', () => {
    const text = read(missingIndexIncident());
    const corrective = /## Corrective measures\n([\s\S]*?)\n## /.exec(text)?.[1] ?? '';
    expect(corrective).toContain('### 1. Create the index that it lacks.');
    expect(corrective).toContain(`\`\`\`sql\n${INDEX_SQL}\n\`\`\``);
    expect(corrective).toContain('about 40 pass the condition');
    expect(text).toContain('`GET /reports` held 100 % of the connections that were in it.');
    expect(text).toContain('9.3: longer execution');
  });

  test('changes shortly before are told as such, and not as the cause', () => {
    const detail = missingIndexIncident();
    expect(sectionOf(detail, 'cause')).toMatch(/that one caused the other is not:\n\n- 13:58:10, 1 min 50 s before/);
    expect(sectionOf(detail, 'unknown')).toContain('Whether what had changed before');
    const without = { ...detail, timeline: detail.timeline.filter(({ kind }) => kind !== 'deploy') };
    expect(read(without)).not.toMatch(/had changed|shortly before/);
    const first = { ...entry(-5, 'deploy', 'A server has started with 1.0.0.'), details: { isFirst: true } };
    expect(read({ ...without, timeline: [first, ...without.timeline] })).not.toMatch(/had changed|shortly before/);
  });

  test('what the guard does many times in a row is told once, with its count', () => {
    const timeline = sectionOf(missingIndexIncident(), 'timeline');
    expect(timeline.match(/The lane bulk may hold/g)).toHaveLength(2);
    expect(timeline).toContain('5 more of this kind until 14:00:09');
  });

  test('what an operator wrote stays text', () => {
    const timeline = sectionOf(missingIndexIncident(), 'timeline');
    expect(timeline).toContain(
      '*ada@example.com*: Reports are off until the index is there \\<b>now\\</b> \\| see \\*chat\\*.',
    );
  });
});

describe('of a forgotten lock', () => {
  test('it names the session, shows who waited, and what ended it', () => {
    const text = read(forgottenLockIncident());
    expect(text).toContain('A session of psql (pid 812, user bob) has been idle in transaction for 42 s');
    expect(text).toContain('pid 812, idle in transaction, update notes set title = $1\n  pid 901, waits for 3.1 s');
    expect(text).toContain('The last act before, 1 s earlier: Session 812 of psql was ended.');
  });

  test('what was done while it lasted is done, and the like is prevented', () => {
    const { measures } = toPostmortem(
      {
        incidentId: 'x',
        version: 1,
        writtenAt: at(0),
        writtenBy: null,
        document: writePostmortem(forgottenLockIncident()),
      },
      [],
    );
    const [end] = measures;
    expect(end).toMatchObject({ kind: 'corrective', isDone: true, doneAt: at(14), doneBy: null });
    // The pid may be somebody else's by the time this is read.
    expect(end?.detail).toContain(`pid = 812 and backend_start < '${at(3)}'`);
    const details = measures.map(({ detail }) => detail);
    expect(details).toContain("alter role bob set idle_in_transaction_session_timeout = '60s'");
    expect(measures.filter(({ kind }) => kind === 'preventive').length).toBeGreaterThanOrEqual(3);
  });

  test('an alert that came in time asks for no other', () => {
    expect(read(forgottenLockIncident())).not.toContain('Make an alert rule');
    expect(read(missingIndexIncident())).toContain('Users were hurt from 14:00:00 on, and no alert came.');
  });
});

describe('facts only', () => {
  const bare = (): IncidentDetail => {
    const { incident, impact } = missingIndexIncident();
    return {
      incident: { ...incident, verdictKind: null, detectedAt: null, namedAt: null, containedAt: null, usersHurt: 0 },
      impact: {
        ...impact,
        usersSeen: 0,
        usersHurt: 0,
        share: 0,
        requests: 0,
        failed: 0,
        slow: 0,
        refused: 0,
        routes: [],
      },
      ...{ verdict: null, verdicts: [], timeline: [], points: [], actions: [] },
    };
  };

  test('of an incident of which hardly anything is known, hardly anything is said', () => {
    const document = writePostmortem(bare());
    const text = read(bare());
    expect(document.measures).toEqual([]);
    expect(document.plots).toEqual([]);
    expect(text).toContain('Its cause was not named.');
    expect(text).toContain('whom it hurt is not known');
    expect(text).not.toMatch(/\bNaN\b|undefined|null|Invalid Date/);
    expect(text).not.toMatch(/contained at/);
    const unknown = sectionOf(bare(), 'unknown');
    expect(unknown).toContain('What caused it.');
    expect(unknown).toContain('Whom it hurt: no request was seen.');
    // Where nobody was seen, nobody was seen to be well either.
    expect(text).not.toContain('nobody more was hurt');
  });

  test('where no request was seen, neither that nobody more was hurt nor a curve of nobody is told', () => {
    const { impact } = bare();
    const detail = missingIndexIncident({ impact });
    expect(detail.incident.containedAt).not.toBeNull();
    expect(read(detail)).not.toMatch(/contained at|nobody more was hurt|\| Contained/);
    expect(writePostmortem(detail).plots).toEqual([]);
  });

  test('seconds that nobody measured are said to be missing', () => {
    const detail = missingIndexIncident({ points: points([20, 60]) });
    expect(sectionOf(detail, 'unknown')).toContain('What happened in the 40 s for which nothing was measured');
    expect(sectionOf(missingIndexIncident(), 'unknown')).not.toContain('nothing was measured');
  });

  test('what is likely is not told as certain', () => {
    const verdict = missingIndexVerdict({ confidence: 'likely', plan: null });
    const detail = missingIndexIncident({ verdict, verdicts: [verdict] });
    expect(sectionOf(detail, 'summary')).toContain('as likely:');
    expect(sectionOf(detail, 'cause')).toContain('Confidence: likely');
    expect(sectionOf(detail, 'unknown')).toContain('its plan could not be had');
    expect(sectionOf(detail, 'cause')).not.toContain('How Postgres runs it');
  });

  test('one that is still open is told as open', () => {
    const { incident, ...rest } = missingIndexIncident();
    const text = read({ ...rest, incident: { ...incident, state: 'open', closedAt: null, containedAt: null } });
    expect(text).toContain('and is still open.');
    expect(text).not.toContain('It was closed');
  });

  test('a second verdict is told beside the first', () => {
    const first = missingIndexVerdict();
    const second = missingIndexVerdict({
      id: 'verdict-2',
      kind: 'volume_surge',
      sentence: 'Callers together ask more often.',
    });
    const text = read(missingIndexIncident({ verdict: first, verdicts: [first, second] }));
    expect(text).toContain(
      'Also named while it lasted:\n\n- 14:00:03, `volume_surge`: Callers together ask more often.',
    );
  });
});

describe('written again', () => {
  test('what an operator has edited stays, the rest follows the data, measures keep their keys', () => {
    const before = writePostmortem(missingIndexIncident());
    const edited = {
      ...before,
      sections: before.sections.map((one) =>
        one.key === 'summary' ? { ...one, markdown: 'Ours.', isEdited: true } : one,
      ),
    };
    const changed = missingIndexIncident();
    changed.timeline.push(entry(170, 'note', 'A late thought.'));
    const after = keepEdits(writePostmortem(changed), edited);
    expect(after.sections.find(({ key }) => key === 'summary')).toMatchObject({ markdown: 'Ours.', isEdited: true });
    expect(after.sections.find(({ key }) => key === 'timeline')?.markdown).toContain('A late thought.');
    expect(after.measures.map(({ key }) => key)).toEqual(before.measures.map(({ key }) => key));
  });
});
