// The lanes from the ground up, as charts stack them: what must never be short lies lowest.

export const laneOrder: readonly string[] = ['critical', 'interactive', 'control', 'bulk', 'background'];
