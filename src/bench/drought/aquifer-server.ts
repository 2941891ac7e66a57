/**
 * Server B: Aquifer with its defaults, and one route of the application's own, which runs the very same reports as the
 * ordinary server does, undeclared, through the server's one pool.
 */

import { type Route, route, startApp, Type } from '../../main/app.ts';
import { plantedRoutes } from './causes/planted-routes.ts';
import { kinds, reports } from './kinds.ts';

const Answer = Type.Object({ rows: Type.Integer() });

const app = await startApp({
  environment: process.env,
  routes: ({ pool }): Route[] => [
    ...kinds.map((kind) =>
      route(
        'GET',
        `/reports/${kind}`,
        { access: 'user', schema: { summary: `The report ${kind}`, response: { 200: Answer } } },
        async ({ context }) => {
          const { rows } = await pool.as(context).query(reports[kind].text, [...reports[kind].values]);
          return { rows: rows.length };
        },
      ),
    ),
    ...plantedRoutes(pool),
  ],
});
if (app.setupLink) process.stderr.write(`${app.setupLink}\n`);
process.stdout.write(`${JSON.stringify({ url: app.url })}\n`);
process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)));
