/** What is asked of the desk, and what it hands out. */

import type { AdmissionRequest } from './admission.ts';
import type { Connection } from './connections.ts';
import type { Lease } from './ledger.ts';
import type { Origin } from './origin.ts';

export interface HeldLease {
  readonly lease: Lease;
  readonly connection: Connection;
}

export interface LeaseRequest extends AdmissionRequest {
  readonly origin: Origin | undefined;
  /** On the desk's clock. */
  readonly deadlineAtMs: number;
}
