// Loaded before everything else in each test process and in each thread of it: the planner's threads are taught TypeScript.

import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread && process.argv.includes('planner')) register(new URL('./typescript-hook.js', import.meta.url));
