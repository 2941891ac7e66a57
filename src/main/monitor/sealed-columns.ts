/** What the monitor keeps encrypted, so that the key can be replaced. */

import { type SealedColumn, sealedColumn } from '../database/sealed-column.ts';

export const monitorSealedColumns: readonly SealedColumn[] = [
  sealedColumn({
    ...{ name: 'alert channels', statements: 'monitor.sealedChannels' },
    ...{ table: 'aquifer_monitor.channel', column: 'sealed' },
    bearer: 't.id::text',
  }),
];
