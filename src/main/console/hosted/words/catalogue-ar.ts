// All that the hosted pages say in Arabic.
import { accountAr } from './account-ar.ts';
import { ar } from './ar.ts';
import type { Catalogue } from './catalogues.ts';
import { problemsAr } from './problems-ar.ts';

export const arabic: Catalogue = { ...ar, ...problemsAr, ...accountAr };
