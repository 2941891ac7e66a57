/** The load engine: draws a schedule from a shape and a seed, and aims it at an HTTP server by a small adapter. */

export type { Adapter, AdapterContext, AdapterRequest } from './adapter.ts';
export type { Percentiles } from './histogram.ts';
export { type Answer, FAILURES, type Failure, type Outcome } from './outcome.ts';
export { failureAt, problemCodeAt, type RequestRecords } from './records.ts';
export type { PhaseBeginning, PhaseResult, Progress, RunResult, StreamResult } from './result.ts';
export { runSchedule, type ScheduleRun } from './run-schedule.ts';
export { createSchedule, hashSchedule, readSchedule, type Schedule, writeSchedule } from './schedule.ts';
export type { LoadShape, PhaseShape, Popularity, Rate, SessionStep, StreamShape, ThinkTime } from './shape.ts';
export type { Timeline, TimelineSeries } from './timeline.ts';
export { countUsersHurt, type HurtCount, type UsersHurt } from './users-hurt.ts';
export type { Validity } from './validity.ts';
