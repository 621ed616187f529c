/** Bodies of requests, in each form that they come. */
import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { parsed, readBody } from '../../src/http/body.ts'
import { answerErrors } from '../../src/http/errors.ts'
import { reply } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('http body')

async function read(body: string | FormData | null, type?: string) {
  const app = new Hono()
  answerErrors(app, [{ method: 'POST', path: '/' }])
  app.post('/', async (c) => c.json(await readBody(c, 1000)))
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
  return reply(await app.request('/', { method: 'POST', body, headers }))
}

const bodies: readonly [body: string, type: string | undefined, read: unknown][] = [
  ['{"a":1}', 'application/json', { fields: { a: 1 }, isForm: false }],
  ['{"a":1}', 'APPLICATION/JSON; charset=utf-8', { fields: { a: 1 }, isForm: false }],
  ['{"a":1}', 'application/vnd.x+json', { fields: { a: 1 }, isForm: false }],
  ['{"a":1}', 'application/x-www-form-urlencoded', { fields: { a: 1 }, isForm: false }],
  ['{"a":1}', 'text/plain', { fields: { a: 1 }, isForm: false }],
  ['{"a":1}', undefined, { fields: { a: 1 }, isForm: false }],
  ['', 'text/plain', { fields: {}, isForm: true }],
  ['a=1&b=x+y%21', 'application/x-www-form-urlencoded', { fields: { a: '1', b: 'x y!' }, isForm: true }],
  ['', 'application/x-www-form-urlencoded', { fields: {}, isForm: true }],
]

for (const [body, type, fields] of bodies) {
  test(`${JSON.stringify(body)} as ${type}`, async () => {
    assert.equal((await read(body, type)).json, fields)
  })
}

test('a body beyond the limit is refused', async () => {
  assert.is((await read('x'.repeat(1001), 'application/json')).status, 413)
  assert.is((await read(' '.repeat(999) + 'x', 'text/plain')).status, 415)
})

test('no body is no field', async () => {
  assert.equal((await read(null)).json, { fields: {}, isForm: true })
})

test('a multipart form', async () => {
  const form = new FormData()
  form.set('a', 'text')
  form.set('b', new Blob(['file']))
  const { json } = await read(form)
  assert.is(json.fields.a, 'text')
  assert.is(Buffer.from(json.fields.b.data).toString(), 'file')
})

const refused: readonly [body: string, type: string, status: number, code: string][] = [
  ['[1]', 'application/json', 400, 'invalid_request'],
  ['null', 'application/json', 400, 'invalid_request'],
  ['', 'application/json', 400, 'invalid_json'],
  ['{"a"', 'application/json', 400, 'invalid_json'],
  ['a=1&a=2', 'application/x-www-form-urlencoded', 400, 'invalid_request'],
  ['x', 'multipart/form-data', 400, 'invalid_request'],
  ['x', 'text/plain', 415, 'unsupported_media_type'],
]

for (const [body, type, status, code] of refused) {
  test(`${JSON.stringify(body)} as ${type} is refused`, async () => {
    const answer = await read(body, type)
    assert.is(answer.status, status)
    assert.is(answer.json.error.code, code)
  })
}

test('a field called like an inherited one is a field like any other', () => {
  assert.equal(parsed('{"__proto__":1,"constructor":2}', 'it'), JSON.parse('{"__proto__":1,"constructor":2}'))
})

test.run()
