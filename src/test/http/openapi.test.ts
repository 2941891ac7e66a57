import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { route } from '../../main/http/index.ts';
import { createTestServer } from '../support/http.ts';

const Thing = Type.Object({ id: Type.String() });
const one = route(
  'POST',
  '/v1/test/things/:id',
  {
    access: 'user',
    schema: {
      summary: 'Make a thing',
      params: Thing,
      body: Thing,
      response: { 201: Thing, 204: null },
      errors: ['thing_exists'],
    },
  },
  async () => ({ id: 'a' }),
);

describe('the reference', () => {
  test('describes a route from its schema, its refusals and its access', async () => {
    const { fastify } = await createTestServer([one]);
    const document = (await fastify.inject('/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const operation = document.paths['/v1/test/things/{id}'].post;
    expect(operation).toMatchObject({
      summary: 'Make a thing',
      tags: ['test'],
      security: [{ cookie: [] }, { bearer: [] }],
    });
    expect(operation.description).toContain('thing_exists');
    expect(Object.keys(operation.responses)).toEqual(['201', '204', '4XX', '5XX']);
    expect(operation.responses['4XX'].content).toHaveProperty('application/problem+json');
  });

  test('asks for no parameter that has a default', async () => {
    const query = Type.Object({ limit: Type.Integer({ default: 50 }), of: Type.String() });
    const list = route(
      'GET',
      '/v1/test/things',
      { access: 'public', schema: { summary: 'List things', query, response: { 200: Thing } } },
      async (input) => ({ id: `${input.query.limit} of ${input.query.of}` }),
    );
    const { fastify } = await createTestServer([list]);
    const { parameters } = (await fastify.inject('/openapi.json')).json().paths['/v1/test/things'].get;
    const isRequired = parameters.map((one: { name: string; required: boolean }) => [one.name, one.required]);
    expect(isRequired).toEqual([
      ['limit', false],
      ['of', true],
    ]);
    expect((await fastify.inject('/v1/test/things?of=all')).json()).toEqual({ id: '50 of all' });
    expect((await fastify.inject('/v1/test/things')).statusCode).toBe(400);
  });

  test('leaves out what is no part of the API, and has a page without foreign hosts', async () => {
    const { fastify } = await createTestServer([one]);
    const { paths } = (await fastify.inject('/openapi.json')).json();
    expect(Object.keys(paths)).toEqual(['/v1/test/things/{id}']);
    const page = await fastify.inject('/docs');
    expect(page.body).not.toMatch(/https?:\/\//);
    expect((await fastify.inject('/docs/reference.js')).statusCode).toBe(200);
  });
});
