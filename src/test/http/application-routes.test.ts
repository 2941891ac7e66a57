import { describe, expect, test } from 'vitest';
import { admitApplicationRoutes, type Method, type Route, route } from '../../main/http/index.ts';

const at = (path: string, method: Method = 'GET'): Route =>
  route(method, path, { access: 'public', schema: { summary: 'One', response: { 204: null } } }, async () => {
    throw new Error('as it was');
  });
const admit = (...routes: Route[]) => admitApplicationRoutes(routes, (thrown) => thrown);

describe('a route of the application', () => {
  test.each([
    ['/v1/accounts/log-in', '/v1/accounts'],
    ['/v1/data', '/v1/data'],
    ['/v1/monitor/mine', '/v1/monitor'],
    ['/console', '/console'],
    ['/health/mine', '/health'],
    ['/metrics', '/metrics'],
    ['/docs/mine', '/docs'],
    ['/Accounts/x', '/accounts'],
    ['/v1/:feature/list', '/v1/accounts'],
    ['/:page', '/accounts'],
    ['/*', '/v1/accounts'],
  ])('at %s is refused by name', (path, owner) => {
    expect(() => admit(at(path))).toThrow(
      expect.objectContaining({
        code: 'route_refused',
        message: expect.stringContaining(`The route GET ${path} cannot be served: everything below ${owner} `),
      }),
    );
  });

  test('is refused without a slash, at the root, and twice', () => {
    expect(() => admit(at('reports'))).toThrow(/begin with a slash/);
    expect(() => admit(at('/'))).toThrow(/leads to the console/);
    expect(() => admit(at('/reports'), at('/reports'))).toThrow(/GET \/reports cannot be served: it is there twice/);
  });

  test('may stand anywhere else', () => {
    const paths = ['/reports', '/reports/:id', '/v1/reports', '/v1/accounting', '/data', '/files/*'];
    expect(admit(...paths.map((path) => at(path)), at('/reports', 'POST')).map(({ path }) => path)).toEqual([
      ...paths,
      '/reports',
    ]);
  });

  test('throws what was made of its error, which is told where it came from', async () => {
    const told: string[] = [];
    const [one] = admitApplicationRoutes([at('/reports/:id')], (thrown, where) => {
      told.push(where);
      return new TypeError('translated', { cause: thrown });
    });
    await expect(one?.handler({} as never)).rejects.toThrow('translated');
    expect(told).toEqual(['GET /reports/:id']);
  });
});
