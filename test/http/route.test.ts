/** A route: what it is asked, as its description says, and how it answers. */
import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { answerErrors } from '../../src/http/errors.ts'
import { json, media, orMedia, type Route, route } from '../../src/http/route.ts'
import { anyJson, fields, integer, object, orElse, text, wholeNumber } from '../../src/http/schema.ts'
import { reply } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('http route')

function serve(one: Route) {
  const app = new Hono()
  answerErrors(app, [one])
  app.on(one.method, one.path, (c) => one.respond(c, { httpBodyBytesMax: 50 }))
  return async (path: string, init: RequestInit = {}) => reply(await app.request(path, init))
}

const grow = serve(
  route({
    method: 'PATCH',
    path: '/topics/:topic/partitions/:partition',
    tag: 'Topics',
    summary: 'As if.',
    params: { partition: wholeNumber({ max: 9 }) },
    query: { times: orElse(wholeNumber({ max: 3 }), 1) },
    body: { schema: fields({ by: integer() }) },
    status: 201,
    answer: json(object({ topic: text(), sum: integer() }), 'A sum.'),
    handle: ({ params, query, body }) => ({ topic: params.topic, sum: params.partition + query.times * body.by }),
  }),
)

const patch = (body: string, type = 'application/json') => ({
  method: 'PATCH',
  body,
  headers: { 'content-type': type },
})

test('parts of the path, query and body come as what the description says', async () => {
  const { status, json } = await grow('/topics/a%20b/partitions/2?times=3', patch('{"by":4}'))
  assert.equal([status, json], [201, { topic: 'a b', sum: 14 }])
})

const wrong: readonly [path: string, init: RequestInit, status: number, message: RegExp][] = [
  ['/topics/a/partitions/10', patch('{"by":4}'), 400, /^partition is 10; use a whole number from 0 to 9$/],
  ['/topics/a/partitions/x', patch('{"by":4}'), 400, /^partition is "x"; /],
  ['/topics/a/partitions/1?times=4', patch('{"by":4}'), 400, /^times is 4; /],
  ['/topics/a/partitions/1?times=1&times=2', patch('{"by":4}'), 400, /^times is given twice; give it once$/],
  ['/topics/a/partitions/1?toString=1', patch('{"by":4}'), 400, /^toString is no parameter; use times$/],
  ['/topics/a/partitions/1', patch('{"by":"x"}'), 400, /^by is "x"; /],
  ['/topics/a/partitions/1', patch('[]'), 400, /^the body is \[\]; use \{/],
  ['/topics/a/partitions/1', patch(''), 400, /^the body is not JSON: /],
  ['/topics/a/partitions/1', patch('<a/>', 'text/xml'), 415, /use application\/json$/],
  ['/topics/a/partitions/1', patch('{"by":4}'.padEnd(51)), 413, /larger than 50 bytes/],
]

for (const [path, init, status, message] of wrong) {
  test(`${path} with ${init.body} is refused`, async () => {
    const { status: told, json } = await grow(path, init)
    assert.is(told, status)
    assert.match(json.error.message, message)
  })
}

test('a form stands for JSON where the route says so, and nothing for an empty object', async () => {
  const body = {
    schema: fields({ a: orElse(wholeNumber({ max: 9 }), 5) }),
    forms: (given: object) => ({ ...given }),
    isOptional: true,
  }
  const answer = json(anyJson('What came.'), 'It.')
  const echo = serve(
    route({ method: 'POST', path: '/', tag: 'x', summary: 'x', body, answer, handle: ({ body }) => body }),
  )
  assert.equal((await echo('/', { method: 'POST', body: new URLSearchParams({ a: '7' }) })).json, { a: 7 })
  assert.equal((await echo('/', { method: 'POST' })).json, { a: 5 })
  assert.equal((await echo('/', { method: 'POST', body: new URLSearchParams({ a: '17' }) })).status, 400)
})

test('a route may answer for itself', async () => {
  const get = serve(
    route({
      method: 'GET',
      path: '/',
      tag: 'x',
      summary: 'x',
      query: 'any',
      answer: orMedia(json(object({ a: integer() }), 'JSON.'), { 'text/plain': null }),
      handle: ({ c }) => (c.req.query('text') === undefined ? { a: 1 } : c.text('1')),
    }),
  )
  assert.equal((await get('/?whatever=1')).json, { a: 1 })
  assert.is((await get('/?text')).text, '1')
  assert.equal(media({ 'text/plain': null }, 'x').content, { 'text/plain': null })
})

test.run()
