// All that the hosted pages say in German.
import { accountDe } from './account-de.ts';
import type { Catalogue } from './catalogues.ts';
import { de } from './de.ts';
import { problemsDe } from './problems-de.ts';

export const german: Catalogue = { ...de, ...problemsDe, ...accountDe };
