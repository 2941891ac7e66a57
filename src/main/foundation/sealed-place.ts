/** Where in the database encrypted texts lie, as a feature declares it, so that the key can be replaced. */

export interface SealedPlace {
  /** For people, such as `authenticator apps`. */
  readonly name: string;
  /** `feature.noun`; the names of its statements begin so. */
  readonly statements: string;
  readonly table: string;
  readonly column: string;
  /** SQL that names a row `t` among all; its id when left out. */
  readonly key?: string;
  /** The type of the key; a uuid when left out. */
  readonly keyType?: 'uuid' | 'text';
  /** SQL that gives what the text of a row `t` was sealed for. */
  readonly bearer: string;
  readonly unindexedBecause?: string;
}
