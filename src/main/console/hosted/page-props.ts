// What every hosted page is given.
import type { Settings } from '../../client/index.ts';

export interface HostedPageProps {
  readonly settings: Settings;
}
