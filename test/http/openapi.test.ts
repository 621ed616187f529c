/** The document of a few routes, and that of Blink itself held against what OpenAPI asks for. */
import * as assert from 'uvu/assert'
import { describeApi } from '../../src/http/openapi.ts'
import { json, media, route } from '../../src/http/route.ts'
import { fields, integer, named, nullable, object, optional, orElse, text, wholeNumber } from '../../src/http/schema.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('openapi')

const thing = named('Thing', object({ a: integer() }))
const routes = [
  route({
    method: 'POST',
    path: '/things/:name',
    tag: 'Things',
    summary: 'Makes a thing.',
    query: { size: wholeNumber({ max: 9 }), count: orElse(wholeNumber({ max: 3 }), 2) },
    body: { schema: fields({ a: text(), b: optional(nullable(thing)) }), forms: (given) => given },
    status: 201,
    answer: json(thing, 'It.'),
    others: { 207: json(object({ things: nullable(thing) }), 'Half of it.') },
    errors: { 409: 'There is one.' },
    handle: () => ({ a: 1 }),
  }),
  route({
    method: 'GET',
    path: '/things/:name',
    tag: 'Things',
    summary: 'Shows a thing.',
    answer: media({ 'text/plain': text() }, 'It.'),
    handle: ({ c }) => c.text('it'),
  }),
]

test('a route becomes an operation, and a named schema a reference', async () => {
  const document = await describeApi(routes, { version: '1', hasToken: false })
  const { post, get } = document.paths['/things/{name}']!
  assert.is(post!.operationId, 'post_things_name')
  assert.equal(post!.parameters, [
    { in: 'path', name: 'name', required: true, schema: { type: 'string' } },
    { in: 'query', name: 'size', required: true, schema: { type: 'integer', minimum: 0, maximum: 9 } },
    { in: 'query', name: 'count', required: false, schema: { type: 'integer', minimum: 0, maximum: 3, default: 2 } },
  ])
  const reference = { $ref: '#/components/schemas/Thing' }
  const body = {
    type: 'object',
    properties: { a: { type: 'string' }, b: { anyOf: [reference, { type: 'null' }] } },
    required: ['a'],
    additionalProperties: false,
  }
  assert.equal(post!.requestBody!.content['application/json'], { schema: body })
  assert.equal(Object.keys(post!.requestBody!.content).length, 3)
  assert.equal(post!.responses['201']!.content, { 'application/json': { schema: reference } })
  assert.equal(Object.keys(post!.responses), ['201', '207', '400', '401', '403', '409', '413', '415', 'default'])
  assert.equal(get!.responses['200'], { description: 'It.', content: { 'text/plain': { schema: { type: 'string' } } } })
  assert.equal(Object.keys(get!.responses), ['200', '400', 'default'])
  const { schemas } = document.components as { schemas: Record<string, unknown> }
  assert.equal(schemas.Thing, { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] })
})

test('a token is asked for where it is needed, and only then', async () => {
  const { paths, components } = await describeApi(routes, { version: '1', hasToken: true })
  assert.equal(paths['/things/{name}']!.post!.security, [{ admin_token: [] }])
  assert.is(paths['/things/{name}']!.get!.security, undefined)
  assert.ok('securitySchemes' in components)
})

test('every route is described with all that a reader needs', async () => {
  const { json } = await testHttp().get('/openapi.json')
  assert.is(json.openapi, '3.1.0')
  const ids = new Set<string>()
  for (const [path, methods] of Object.entries<Record<string, Record<string, never>>>(json.paths)) {
    for (const [method, { operationId, summary, tags, responses, parameters }] of Object.entries(methods)) {
      const what = `${method} ${path}`
      assert.ok(!ids.has(operationId!), `${what}: ${operationId} is taken`)
      ids.add(operationId!)
      assert.match(summary!, /^[A-Z].*\.$/, what)
      assert.is((tags! as unknown[]).length, 1, what)
      assert.ok(
        Object.keys(responses!).some((status) => status.startsWith('2')),
        what,
      )
      const names = (parameters! as { in: string; name: string }[])
        .filter((one) => one.in === 'path')
        .map((one) => one.name)
      assert.equal(
        names,
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
        what,
      )
    }
  }
  assert.not.match(JSON.stringify(json), /"\$ref":"(?!#\/components\/schemas\/[A-Z])/)
})

test.run()
