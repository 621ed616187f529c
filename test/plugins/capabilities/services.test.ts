/** What a plugin may ask of the broker's thread: what it was granted, and nothing else. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../../src/base/clock.ts'
import { type Grants, nothingGranted } from '../../../src/plugins/capabilities/capabilities.ts'
import { PluginMetrics } from '../../../src/plugins/capabilities/plugin-metrics.ts'
import { servicesFor } from '../../../src/plugins/capabilities/services.ts'
import type { Mode } from '../../../src/plugins/plugin-settings.ts'
import { settingsOf } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/services')

function servicesWith(grants: Partial<Grants>, mode: Mode = 'enforce') {
  const log: string[] = []
  const services = servicesFor(
    settingsOf({ path: 'p.wasm', mode, capabilities: { ...nothingGranted, ...grants } }),
    {
      clock: new ManualClock(),
      produce: async ({ topic }, by) => `${topic} by ${by}`,
      pressure: new SharedArrayBuffer(4),
      resolve: async () => ['10.0.0.1'],
    },
    {
      subscribe: (topics) => log.push(`+${topics}`),
      unsubscribe: (topics) => log.push(`-${topics}`),
      notProduced: (topic) => log.push(`would have produced to ${topic}`),
      metrics: new PluginMetrics(1, (message) => log.push(message)),
      log: (level, message) => log.push(`${level}: ${message}`),
    },
  )
  const call = (name: string, argument: unknown) => services[name]!(argument as never, new AbortController().signal)
  return { services, log, call }
}

const http = { hosts: ['api.test'], timeoutMs: 1000, responseBytesMax: 1000 }
const produce = { topics: ['*'], queuedRecordsMax: 1, recordBytesMax: 1 }

test('there is a service for each capability, and none for another', () => {
  const table: readonly (readonly [grants: Partial<Grants>, services: readonly string[]])[] = [
    [{}, []],
    [{ http }, ['http']],
    [{ metrics: { seriesMax: 1 } }, ['metrics']],
    [{ memory: {} }, []],
    [{ produce }, ['produce', 'produce-waiting']],
    [{ subscribe: { topics: [] } }, ['subscribe', 'unsubscribe']],
  ]
  for (const [grants, expected] of table) assert.equal(Object.keys(servicesWith(grants).services), expected)
})

test('each reaches the broker, and tells its troubles in the log of the plugin', async () => {
  const { call, log } = servicesWith({ http, produce, subscribe: { topics: ['*'] }, metrics: { seriesMax: 1 } })
  call('subscribe', 'a')
  call('unsubscribe', 'a')
  call('metrics', { updates: [], isCutOff: true })
  await call('produce', { record: { topic: 't', key: null, value: null, headers: [] }, by: ['q'] })
  const request = {
    method: 'GET',
    scheme: 'http',
    authority: 'api.test',
    path: '/',
    headers: [],
    body: new Uint8Array(),
  }
  assert.equal(await call('http', request), { error: { tag: 'destination-IP-prohibited' } })
  assert.equal(log, [
    '+a',
    '-a',
    'it counts more than 1 different things; further ones are left out: use tags of few values each',
    'warn: its record for t was not stored: t by p.wasm,q',
    'warn: asked for api.test, which stands for 10.0.0.1, an address that is not public: if it should have it, ' +
      'name the address with port 80 in `capabilities: http: hosts` of its settings',
  ])
})

test('what a plugin in shadow mode produces is told, and not stored', async () => {
  const { call, log } = servicesWith({ produce }, 'shadow')
  await call('produce', { record: { topic: 't', key: null, value: null, headers: [] }, by: [] })
  assert.equal(log, ['would have produced to t'])
})

test('waiting records are counted for all instances together', () => {
  const { call } = servicesWith({ produce })
  assert.is(call('produce-waiting', null), call('produce-waiting', null))
})

test.run()
