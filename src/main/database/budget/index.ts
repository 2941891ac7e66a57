/** The budget: how many connections all processes of a deployment may open together, and this one's part of it. */

export type { CapacityVerdict } from './capacity.ts';
export { examineCapacity, type Place, type PlaceOptions, takePlace } from './place.ts';
