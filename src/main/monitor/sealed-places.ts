/** What the monitor keeps encrypted, so that the key can be replaced. */

import type { SealedPlace } from '../foundation/sealed-place.ts';

export const monitorSealedPlaces: readonly SealedPlace[] = [
  {
    ...{ name: 'alert channels', statements: 'monitor.sealedChannels' },
    ...{ table: 'aquifer_monitor.channel', column: 'sealed' },
    bearer: 't.id::text',
  },
];
