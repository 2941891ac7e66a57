/** Channels on a database of their own, with an operator's token and a server to ask. */

import { createClient } from '../../../../main/client/index.ts';
import { createDatabase } from '../../../../main/database/index.ts';
import { systemClock } from '../../../../main/foundation/clock.ts';
import { createLogger } from '../../../../main/foundation/logger.ts';
import type { Service } from '../../../../main/foundation/service.ts';
import { type Channels, type ChannelsOptions, createChannels } from '../../../../main/monitor/alerts/channels/index.ts';
import type { AlertLetter } from '../../../../main/monitor/alerts/channels/senders/mail.ts';
import { Journal } from '../../../../main/monitor/journal.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { atEndOfFile } from '../../../support/end-of-file.ts';
import { createTestServer } from '../../../support/http.ts';

export const OPERATOR_ID = '0195d3a4-0000-7000-8000-000000000001';

export interface ChannelsServer {
  channels: Channels;
  client: ReturnType<typeof createClient>['monitor'];
  target: TestDatabase;
  journal: Journal;
  letters: AlertLetter[];
  /** What the log of this process said. */
  lines: string[];
  /** Stops the services and closes the pool. */
  stop(): Promise<void>;
}

/** Quick enough for tests, slow enough that an order can be seen. */
const pacing = { retryDelayMs: 30, retryDelayMaxMs: 200, giveUpAfterMs: 60_000, timeoutMs: 2_000 };

/** @param target a database that an earlier one has used; one of its own when left out */
export async function startChannels(
  options: Partial<ChannelsOptions> = {},
  target?: TestDatabase,
): Promise<ChannelsServer> {
  const own = target ?? (await createTestDatabase());
  if (!target) atEndOfFile(() => own.drop());
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: 'debug', destination });
  const database = createDatabase({ connectionString: own.url, maxConnections: 6, logger });
  const letters: AlertLetter[] = [];
  const journal = new Journal(systemClock);
  const channels = createChannels({
    ...{ database, journal, logger, clock: systemClock, secretKey: 'a key for tests', appName: 'Night Market' },
    baseUrl: 'https://market.example',
    sendMail: async (letter) => void letters.push(letter),
    ...options,
    pacing: { ...pacing, ...options.pacing },
  });
  for (const service of channels.services) await service.start();
  const http = await createTestServer(channels.routes, {
    callers: { operator: { userId: OPERATOR_ID, sessionId: 's-1', role: 'operator' } },
  });
  const { port } = await http.listen('127.0.0.1', 0);
  const stop = once(async () => {
    await http.close(1_000);
    for (const service of [...channels.services].reverse() as Service[]) await service.stop();
    await database.close();
  });
  atEndOfFile(stop);
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}`, token: 'operator' }).monitor;
  return { channels, client, target: own, journal, letters, lines, stop };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
