/**
 * All that the server keeps of one user, as one JSON file. It is sent while it is read, a page at a time, so that a user with
 * a million records costs no more memory than one with ten, and no connection is held while his network is slow.
 */

import { Readable } from 'node:stream';
import type { Origin, Statement } from '../../database/index.ts';
import { noteAuditAlone } from '../audit-trail/note.ts';
import { sessionEnded } from '../errors.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { listAuditOfActor, listAuditOfSubject, type OwnAuditRow, readOwnAccount } from './queries.ts';

const PAGE = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
type AuditList = Statement<[userId: string, afterId: string, limit: number], OwnAuditRow>;

/** Answers by itself. @throws AppError not_logged_in where the user went meanwhile */
export async function exportOwnData(parts: AccountsParts, visit: OwnVisit): Promise<undefined> {
  const { database } = parts;
  const { caller, context, reply } = visit;
  const [found] = await database.query(readOwnAccount, [caller.userId], context);
  if (!found) throw sessionEnded();
  await noteAuditAlone(database, context, {
    action: 'own_data.exported',
  });
  reply.header('content-disposition', 'attachment; filename="own-data.json"');
  reply.type('application/json; charset=utf-8');
  await reply.send(Readable.from(writeExport(parts, caller.userId, found.account, context), { objectMode: false }));
}

async function* writeExport(
  parts: AccountsParts,
  userId: string,
  account: Record<string, unknown>,
  origin: Origin,
): AsyncGenerator<string> {
  const beginning = { format: 'aquifer-own-data-1', exportedAt: new Date().toISOString(), account };
  yield `${JSON.stringify(beginning).slice(0, -1)},\n"auditTrail":[`;
  let comma = '';
  for (const list of [listAuditOfSubject, listAuditOfActor]) {
    for await (const events of readTrail(parts, list, userId, origin)) {
      yield comma + events.map((event) => JSON.stringify(event)).join(',\n');
      comma = ',\n';
    }
  }
  yield '],\n"records":{';
  let open: string | undefined;
  for await (const { collection, records } of parts.ownRecords.read(userId, origin)) {
    const before = open === collection ? ',\n' : `${open === undefined ? '' : '],\n'}${JSON.stringify(collection)}:[`;
    open = collection;
    yield before + records.map((record) => JSON.stringify(record)).join(',\n');
  }
  yield open === undefined ? '}}\n' : ']}}\n';
}

async function* readTrail({ database }: AccountsParts, list: AuditList, userId: string, origin: Origin) {
  let after = BEFORE_ALL;
  for (;;) {
    const rows = await database.query(list, [userId, after, PAGE], origin);
    const last = rows.at(-1);
    if (last) yield rows.map(({ event }) => event);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}
