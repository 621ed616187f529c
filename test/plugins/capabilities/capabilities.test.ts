/** Imports, and what grants them. */
import * as assert from 'uvu/assert'
import {
  needsFolder,
  notGranted,
  nothingGranted,
  whyNotGranted,
} from '../../../src/plugins/capabilities/capabilities.ts'
import { suite } from '../../support/suite.ts'

const test = suite('capabilities')

const free = [
  'blink:plugin/host@0.1.0',
  'blink:plugin/types@0.2.0',
  'wasi:logging/logging',
  'wasi:logging/logging@0.1.0-draft',
  'wasi:config/store@0.2.0-rc.1',
  'wasi:clocks/wall-clock@0.2.3',
  'wasi:filesystem/preopens@0.2.3',
  'wasi:sockets/network@0.2.9',
  'wasi:sockets/instance-network@0.2.9',
  'wasi:sockets/udp@0.2.9',
  'wasi:sockets/udp-create-socket@0.2.9',
  'wasi:sockets/tcp@0.2.9',
  'wasi:sockets/tcp-create-socket@0.2.9',
  'wasi:sockets/ip-name-lookup@0.2.9',
]

test('logging, clocks, random numbers, config, and files and sockets that are not there, cost nothing', () => {
  assert.equal(notGranted(free, nothingGranted), [])
})

const granted: readonly [name: string, grants: object][] = [
  ['wasi:keyvalue/store@0.2.0-draft', { keyvalue: { bytesMax: 1 } }],
  ['wasi:keyvalue/batch@0.2.0-draft2', { keyvalue: { bytesMax: 1 } }],
  ['wasi:http/outgoing-handler@0.2.3', { http: { hosts: ['a'], timeoutMs: 1, responseBytesMax: 1 } }],
  ['wasi:http/types@0.2.0', { http: { hosts: ['a'], timeoutMs: 1, responseBytesMax: 1 } }],
  ['blink:plugin/metrics@0.2.0', { metrics: { seriesMax: 1 } }],
  ['blink:plugin/memory@0.2.1', { memory: {} }],
  ['blink:plugin/produce@0.2.0', { produce: { topics: ['a'], queuedRecordsMax: 1, recordBytesMax: 1 } }],
  ['blink:plugin/subscribe@0.2.0', { subscribe: { topics: ['a'] } }],
  ['blink:plugin/sql@0.2.0', { sql: { bytesMax: 1, rowsMax: 1, timeoutMs: 1 } }],
]

for (const [name, grants] of granted) {
  test(`${name} is for those who were granted ${Object.keys(grants)[0]}`, () => {
    assert.equal(notGranted([name], { ...nothingGranted, ...grants }), [])
    assert.equal(notGranted([name], nothingGranted), [{ name, capability: Object.keys(grants)[0] }])
  })
}

test('what no setting grants is nobody’s', () => {
  for (const name of [
    'wasi:nn/graph@0.2.3',
    'wasi:sockets/types@0.3.0',
    'wasi:http/incoming-handler@0.2.3',
    'evil:blink:plugin/sql@0.2.0',
    'env',
  ]) {
    assert.equal(notGranted([name], nothingGranted), [{ name, capability: null }])
  }
})

test('each refused import is told with what would grant it', () => {
  const imports = ['wasi:http/types@0.2.3', 'blink:plugin/sql@0.2.0', 'env', 'wasi:http/outgoing-handler@0.2.3']
  assert.is(
    whyNotGranted(notGranted(imports, nothingGranted)),
    'imports wasi:http/types@0.2.3 and wasi:http/outgoing-handler@0.2.3, which need ' +
      '`capabilities: { http: { hosts: [api.example.com] } }`; ' +
      'and blink:plugin/sql@0.2.0, which needs `capabilities: { sql: true }`; ' +
      'and env, which no plugin is ever granted: build it without (in its entry under `plugins` in settings.yaml)',
  )
  assert.is(
    whyNotGranted(notGranted(['env'], nothingGranted)),
    'imports env, which no plugin is ever granted: build it without',
  )
})

test('whoever keeps something needs a folder', () => {
  assert.not(needsFolder({ ...nothingGranted, memory: {}, metrics: { seriesMax: 1 } }))
  assert.ok(needsFolder({ ...nothingGranted, keyvalue: { bytesMax: 1 } }))
  assert.ok(needsFolder({ ...nothingGranted, filesystem: { bytesMax: 1 } }))
  assert.ok(needsFolder({ ...nothingGranted, sql: { bytesMax: 1, rowsMax: 1, timeoutMs: 1 } }))
})

test.run()
