/** Which hosts are served, and which origins may change something. */
import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { answerErrors } from '../../src/http/errors.ts'
import { type GuardSettings, guard } from '../../src/http/guard.ts'
import { suite } from '../support/suite.ts'

const test = suite('http guard')

const loopback: GuardSettings = { listenAddress: '127.0.0.1', kafkaHostname: null, httpHosts: [] }

async function status(headers: Record<string, string>, settings = loopback, method = 'POST'): Promise<number> {
  const app = new Hono()
  answerErrors(app, [{ method: 'POST', path: '/' }])
  app.use(guard(settings))
  app.on(['GET', 'POST'], '/', (c) => c.text('in'))
  return (await app.request('/', { method, headers })).status
}

const hosts: readonly [host: string, settings: Partial<GuardSettings>, isServed: boolean][] = [
  ['localhost', {}, true],
  ['localhost:30005', {}, true],
  ['LOCALHOST:30005', {}, true],
  ['localhost.', {}, true],
  ['blink.localhost:1', {}, true],
  ['127.0.0.1:30005', {}, true],
  ['127.9.9.9', {}, true],
  ['[::1]:30005', {}, true],
  ['evil.test', {}, false],
  ['localhost.evil.test', {}, false],
  ['127.0.0.1.evil.test', {}, false],
  ['192.168.0.7', {}, false],
  ['', {}, false],
  ['a b', {}, false],
  ['kafka.test', { httpHosts: ['kafka.test'] }, true],
  ['KAFKA.test:1', { httpHosts: ['Kafka.TEST'] }, true],
  ['blink', { kafkaHostname: 'blink' }, true],
  ['192.168.0.7:1', { listenAddress: '192.168.0.7' }, true],
  ['192.168.0.7:1', { listenAddress: '0.0.0.0' }, true],
  ['[fe80::1]:1', { listenAddress: '::' }, true],
  ['evil.test', { listenAddress: '0.0.0.0' }, false],
]

for (const [host, settings, isServed] of hosts) {
  test(`the host ${JSON.stringify(host)} with ${JSON.stringify(settings)}`, async () => {
    assert.is(await status({ host }, { ...loopback, ...settings }, 'GET'), isServed ? 200 : 421)
  })
}

const origins: readonly [origin: string, host: string, isAllowed: boolean][] = [
  ['http://localhost:30005', 'localhost:30005', true],
  ['http://LOCALHOST:30005', 'localhost:30005', true],
  ['http://localhost', 'localhost', true],
  ['http://localhost:3000', 'localhost:30005', false],
  ['http://127.0.0.1:30005', 'localhost:30005', false],
  ['https://evil.test', 'localhost:30005', false],
  ['null', 'localhost:30005', false],
  ['', 'localhost:30005', false],
]

for (const [origin, host, isAllowed] of origins) {
  test(`a page of ${JSON.stringify(origin)} changing something at ${host}`, async () => {
    assert.is(await status({ host, origin }), isAllowed ? 200 : 403)
    assert.is(await status({ host, origin }, loopback, 'GET'), 200)
  })
}

test('a page of another site that names no origin', async () => {
  const from = (site: string) => ({ host: 'localhost', 'sec-fetch-site': site })
  for (const site of ['cross-site', 'same-site']) assert.is(await status(from(site)), 403)
  for (const site of ['same-origin', 'none']) assert.is(await status(from(site)), 200)
  assert.is(await status(from('cross-site'), loopback, 'GET'), 200)
})

test('programs send no origin and may change things', async () => {
  assert.is(await status({ host: 'localhost' }), 200)
})

test.run()
