/** What needs the admin token, once there is one. */
import * as assert from 'uvu/assert'
import { bearer, isEqual } from '../../src/http/token.ts'
import { testHttp } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('admin token')

const token = 'correct-horse'
const plugins = () => [pluginStatus({ hooks: ['handle-http'] })]

const asked: readonly [method: string, path: string][] = [
  ['POST', '/purge'],
  ['DELETE', '/topics/t/records'],
  ['POST', '/topics'],
  ['PUT', '/groups/g/offsets'],
  ['POST', '/plugins'],
  ['DELETE', '/plugins/guard'],
  ['POST', '/plugins/guard/enable'],
  ['POST', '/plugins/guard/disable'],
  ['POST', '/plugins/guard/reload'],
  ['POST', '/plugins/guard/reset'],
  ['PUT', '/plugins/guard/config'],
  ['DELETE', '/plugins/guard/config'],
  ['GET', '/plugins/guard/config'],
  ['HEAD', '/plugins/guard/config'],
  ['POST', '/api/plugins/load'],
  ['DELETE', '/api/plugins/unload/guard'],
  ['PATCH', '/nowhere'],
  // Other spellings of the same.
  ['GET', '/plugins/guard/conf%69g'],
  ['POST', '/plugins/x/http/../reload'],
  ['POST', '/plugins/guard/httpx'],
  ['POST', '/produce/'],
]

for (const [method, path] of asked) {
  test(`${method} ${path} needs it`, async () => {
    const { send, admin } = testHttp({ adminToken: token, plugins: plugins() })
    const without = await send(method, path)
    assert.is(without.status, 401)
    assert.is(without.headers.get('www-authenticate'), 'Bearer realm="Blink"')
    const wrong = await send(method, path, undefined, { authorization: 'Bearer wrong' })
    assert.is(wrong.status, 403)
    if (method !== 'HEAD') {
      assert.equal([without.json.error.code, wrong.json.error.code], ['token_missing', 'token_wrong'])
      assert.match(without.json.error.message, 'admin_token of settings.yaml')
    }
    assert.equal(admin.asked, [])
    const right = await send(method, path, undefined, { authorization: `Bearer ${token}` })
    assert.ok(![401, 403].includes(right.status), `${right.status}`)
  })
}

const open: readonly [method: string, path: string][] = [
  ['POST', '/produce'],
  ['POST', '/topics/t/records'],
  ['GET', '/fetch?topic=t'],
  ['GET', '/'],
  ['GET', '/plugins'],
  ['HEAD', '/plugins/guard'],
  ['GET', '/plugins/guard/logs'],
  ['GET', '/metrics'],
  ['POST', '/plugins/guard/http/a'],
  ['DELETE', '/plugins/guard/http'],
  ['GET', '/plugins/guard/http/config'],
]

for (const [method, path] of open) {
  test(`${method} ${path} does not`, async () => {
    const { send } = testHttp({ adminToken: token, plugins: plugins() })
    assert.ok(![401, 403].includes((await send(method, path)).status))
  })
}

test('without a token in settings everything is as open as before', async () => {
  const { send } = testHttp({ plugins: plugins() })
  assert.is((await send('POST', '/plugins/guard/reload')).status, 200)
  assert.is((await send('POST', '/purge')).status, 200)
  assert.is((await send('GET', '/plugins/guard/config')).status, 200)
})

test('a page of another origin is refused though it has the token', async () => {
  const { send, admin } = testHttp({ adminToken: token, plugins: plugins() })
  const headers = { authorization: `Bearer ${token}`, origin: 'http://evil.test' }
  assert.is((await send('POST', '/plugins/guard/reload', undefined, headers)).status, 403)
  assert.equal(admin.asked, [])
})

test('a bearer is read as the RFC writes it', () => {
  assert.is(bearer('Bearer abc'), 'abc')
  assert.is(bearer('bearer   abc '), 'abc')
  for (const other of [undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b']) assert.is(bearer(other), null)
})

test('tokens are equal or not, whatever their lengths', () => {
  assert.is(isEqual('a', 'a'), true)
  for (const other of ['', 'A', 'ab', 'a'.repeat(1000)]) assert.is(isEqual(other, 'a'), false)
})

test.run()
