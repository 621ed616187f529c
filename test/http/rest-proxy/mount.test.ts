/** Which requests are the REST Proxy's, and which of them ask for the token. */
import * as assert from 'uvu/assert'
import { isForRestProxy } from '../../../src/http/rest-proxy/mount.ts'
import { restProxy, v2, v2Json } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('where the REST Proxy is')

const browser = 'text/html,application/xhtml+xml,*/*;q=0.8'

const paths: readonly (readonly [path: string, headers: Record<string, string>, isTheirs: boolean])[] = [
  ['/rest-proxy', {}, true],
  ['/rest-proxy/topics', {}, true],
  ['/rest-proxyish', {}, false],
  ['/v3/clusters', {}, true],
  ['/v3', {}, true],
  ['/v3x', {}, false],
  ['/consumers/g', {}, true],
  ['/topics', {}, false],
  ['/topics', { accept: browser }, false],
  ['/topics', { accept: v2 }, true],
  ['/topics', { accept: `application/json, ${v2}` }, true],
  ['/topics/t', { 'content-type': v2Json }, true],
  ['/topics/t', { 'content-type': 'application/json' }, false],
  ['/brokers', { accept: v2 }, true],
  ['/brokers', {}, false],
  ['/produce', { accept: v2 }, false],
  ['/groups', { accept: v2 }, false],
]

for (const [path, headers, isTheirs] of paths) {
  test(`${path} with ${JSON.stringify(headers)} is ${isTheirs ? 'the REST Proxy’s' : 'Blink’s own'}`, () => {
    assert.is(isForRestProxy(path, new Headers(headers)), isTheirs)
  })
}

test('below the base path everything is there, and links lead back to it', async () => {
  const { ask } = restProxy()
  assert.equal((await ask('GET', '/rest-proxy/brokers')).json, { brokers: [1] })
  const { json } = await ask('GET', '/rest-proxy/v3/clusters')
  assert.is(json.data[0].topics.related, 'http://localhost/rest-proxy/v3/clusters/cluster-1/topics')
  const made = await ask('POST', '/rest-proxy/consumers/g', { name: 'i' })
  assert.is(made.json.base_uri, 'http://localhost/rest-proxy/consumers/g/instances/i')
})

test('below the base path plain JSON is JSON', async () => {
  const { ask } = restProxy()
  const type = { 'content-type': 'application/json' }
  const made = await ask('POST', '/rest-proxy/topics/t', { records: [{ value: 1 }] }, type)
  assert.is(made.json.offsets[0].offset, 0)
  const elsewhere = await ask('POST', '/topics/t', { records: [{ value: 1 }] }, { ...type, accept: v2 })
  assert.equal([elsewhere.status, elsewhere.json.error_code], [415, 415])
})

test('what it does not know has its error, and says what it answers', async () => {
  const { ask } = restProxy()
  const { status, json, type } = await ask('GET', '/rest-proxy/nowhere')
  assert.equal([status, json.error_code, type], [404, 404, v2])
  const wrong = await ask('PUT', '/v3/clusters/cluster-1/topics/t')
  assert.equal([wrong.status, wrong.json.error_code, wrong.type], [405, 405, 'application/json'])
  assert.is(wrong.headers.get('allow'), 'GET, PATCH, DELETE')
})

test('answers are not kept, and are what their type says', async () => {
  const { headers } = await restProxy().ask('GET', '/v3/clusters')
  assert.is(headers.get('cache-control'), 'no-store')
  assert.is(headers.get('x-content-type-options'), 'nosniff')
})

test('another host is not served', async () => {
  const { status } = await restProxy().ask('GET', '/v3/clusters', undefined, { host: 'evil.example' })
  assert.is(status, 421)
})

const guarded: readonly (readonly [method: string, path: string, isGuarded: boolean])[] = [
  ['GET', '/v3/clusters', false],
  ['POST', '/v3/clusters/cluster-1/topics/t/records', false],
  ['POST', '/v3/clusters/cluster-1/topics/t/records:batch', false],
  ['POST', '/rest-proxy/topics/t', false],
  ['POST', '/rest-proxy/topics/t/partitions/0', false],
  ['POST', '/consumers/g', false],
  ['DELETE', '/consumers/g/instances/i', false],
  ['POST', '/v3/clusters/cluster-1/topics', true],
  ['DELETE', '/v3/clusters/cluster-1/topics/t', true],
  ['DELETE', '/rest-proxy/v3/clusters/cluster-1/topics/t', true],
  ['PUT', '/v3/clusters/cluster-1/broker-configs/num.partitions', true],
  ['POST', '/v3/clusters/cluster-1/acls', true],
]

for (const [method, path, isGuarded] of guarded) {
  test(`${method} ${path} ${isGuarded ? 'asks for' : 'goes without'} the token`, async () => {
    const { ask } = restProxy({ adminToken: 'secret' })
    const without = await ask(method, path)
    assert.is(without.json.error_code === 40101, isGuarded, without.text)
    const wrong = await ask(method, path, undefined, { authorization: 'Bearer other' })
    assert.is(wrong.json.error_code === 40301, isGuarded, wrong.text)
    const right = await ask(method, path, undefined, { authorization: 'Bearer secret' })
    assert.not.ok([40101, 40301].includes(right.json.error_code), right.text)
  })
}

test.run()
