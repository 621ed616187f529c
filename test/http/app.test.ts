/** What holds for every route: wrong methods, wrong paths, foreign hosts, large bodies, faults of ours. */
import * as assert from 'uvu/assert'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import { nobody } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('http app')

const gets = ['/', '/fetch', '/dump', '/allocated', '/version', '/health', '/metrics', '/prometheus']
const posts = ['/produce', '/purge', '/plugins/guard/reload', '/api/plugins/load']

for (const path of gets) {
  test(`${path} is for GET and HEAD, and nothing else`, async () => {
    const { http } = testHttp()
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await http.request(path, { method })
      assert.is(response.status, 405, method)
      assert.is(response.headers.get('allow'), 'GET')
      assert.equal(await response.json(), {
        error: { code: 'method_not_allowed', message: `${path} does not answer ${method}; use GET` },
      })
    }
    const head = await http.request(path, { method: 'HEAD' })
    assert.is(head.status, path === '/fetch' ? 400 : 200)
    assert.is(await head.text(), '')
  })
}

for (const path of posts) {
  test(`${path} changes something, so GET does not`, async () => {
    const { status, headers } = await testHttp().get(path)
    assert.is(status, 405)
    assert.is(headers.get('allow'), 'POST')
  })
}

test('a path that several methods serve names them all', async () => {
  const { send } = testHttp()
  for (const [path, allowed] of [
    ['/plugins', 'GET, POST'],
    ['/plugins/guard', 'GET, DELETE'],
    ['/plugins/guard/config', 'GET, PUT, DELETE'],
  ] as const) {
    const { status, headers } = await send('PATCH', path)
    assert.is(status, 405, path)
    assert.is(headers.get('allow'), allowed)
  }
})

test('no answer is kept by a cache, or taken for another type', async () => {
  for (const path of [...gets, '/nowhere']) {
    const { headers } = await testHttp().get(path)
    assert.is(headers.get('cache-control'), 'no-store', path)
    assert.is(headers.get('x-content-type-options'), 'nosniff', path)
  }
})

test('an unknown path is told where to see those that there are', async () => {
  const { status, json } = await testHttp().get('/crash')
  assert.is(status, 404)
  assert.is(json.error.code, 'not_found')
  assert.is(json.error.message, 'there is no /crash; GET /docs shows what there is')
})

test('a foreign host is refused on every route', async () => {
  const { get, post } = testHttp()
  for (const path of [...gets, '/nowhere']) assert.is((await get(path, { host: 'evil.test' })).status, 421, path)
  for (const path of posts) assert.is((await post(path, {}, { host: 'evil.test' })).status, 421, path)
})

test('a page of another origin can change nothing', async () => {
  const { post, cluster } = testHttp()
  for (const path of posts) {
    const { status, json } = await post(path, { topic: 't', value: 'x' }, { origin: 'http://evil.test' })
    assert.is(status, 403)
    assert.is(json.error.code, 'foreign_origin')
  }
  assert.is(cluster.topics.count, 0)
})

test('a body beyond the limit answers 413 and names the setting', async () => {
  const { post, cluster } = testHttp({ settings: { httpBodyBytesMax: 100 } })
  const { status, json } = await post('/produce', { topic: 't', value: 'x'.repeat(100) })
  assert.is(status, 413)
  assert.equal(json.error, {
    code: 'body_too_large',
    message: 'the body is larger than 100 bytes; send less, or raise http_max_body_size',
  })
  assert.is(cluster.topics.count, 0)
})

test('a fault of ours is logged with its stack and answered without', async () => {
  const events: LogEvent[] = []
  const logger = new Logger('test', { level: 'error', now: () => 0, write: (event) => events.push(event) })
  const judge = { ...nobody, wants: () => true, judge: () => Promise.reject(new Error('secret')) }
  const { post } = testHttp({ logger, judge })
  const { status, json, text } = await post('/produce', { topic: 't', value: 'x' })
  assert.is(status, 500)
  assert.is(json.error.code, 'internal_error')
  assert.not.match(text, 'secret')
  assert.is(events.length, 1)
  assert.instance(events[0]!.fields.error, Error)
})

test.run()
