/** Whether a produce would succeed. */
import * as assert from 'uvu/assert'
import type { PluginStatus } from '../../src/plugins/plugin-status.ts'
import { testHttp, type TestHttpOptions } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('ready')

const ready = (options: TestHttpOptions = {}) => testHttp(options).get('/ready')

test('a broker whose ports are open and whose plugins run is ready', async () => {
  const { status, json } = await ready({ plugins: [pluginStatus()] })
  assert.equal([status, json], [200, { status: 'ready' }])
})

test('one whose ports are not open is not, and says so', async () => {
  const { status, json } = await ready({ health: { ready: false, waitingFor: ['all ports to be open'] } })
  assert.is(status, 503)
  assert.equal(json.error, {
    code: 'not_ready',
    message: 'waiting for all ports to be open',
    waiting_for: ['all ports to be open'],
  })
})

const plugins: readonly [title: string, differences: Partial<PluginStatus>, isReady: boolean][] = [
  ['is quarantined', { state: 'quarantined' }, false],
  ['is starting, its hooks unknown', { state: 'starting', hooks: [] }, false],
  ['is quarantined but has no say', { state: 'quarantined', hooks: ['on-timer'] }, true],
  ['is quarantined but a shadow', { state: 'quarantined', mode: 'shadow' }, true],
  ['is quarantined but may fail', { state: 'quarantined', onError: 'accept' }, true],
  ['is disabled', { state: 'disabled', enabled: false }, true],
]

for (const [title, differences, isReady] of plugins) {
  test(`with a plugin that ${title} it is ${isReady ? '' : 'not '}ready`, async () => {
    const { status, json } = await ready({ plugins: [pluginStatus(differences)] })
    assert.is(status, isReady ? 200 : 503)
    if (!isReady) assert.match(json.error.message, `waiting for plugin guard, which is ${differences.state}`)
  })
}

test.run()
