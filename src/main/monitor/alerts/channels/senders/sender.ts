/** What is sent, and what comes of it. Each kind of channel has a sender of its own; none of them touches the database. */

import type { Alert } from '../../schema.ts';
import type { ChannelAccess } from '../channel.ts';

/** `test` stands for an alert that is none. */
export type MessageChange = 'fired' | 'resolved' | 'test';

export interface Message {
  /** Of the delivery: the same at each attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly change: MessageChange;
  readonly alert: Alert;
  /** Of this attempt, milliseconds since 1970. */
  readonly atMs: number;
  /** The application's name. */
  readonly appName: string;
  /** The console's page of alerts. */
  readonly link: string;
}

export interface Outcome {
  /** `again`: it may succeed later. `refused`: it never will as it stands. */
  readonly result: 'delivered' | 'again' | 'refused';
  /** What was answered, for a person; without secrets. */
  readonly sentence: string;
  /** The receiver's own word on when to come back. */
  readonly retryAfterMs?: number | undefined;
}

export interface Sender {
  /** Never rejects; `signal` ends it. */
  send(access: ChannelAccess, message: Message, signal: AbortSignal): Promise<Outcome>;
  /** For receivers that forget an alert of which they do not hear: all that fire. */
  repeat?(access: ChannelAccess, messages: readonly Message[], signal: AbortSignal): Promise<Outcome>;
}
