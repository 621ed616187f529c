import * as assert from 'uvu/assert'
import { nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import { asked, startFakes } from '../support/fake-threads.ts'
import { counted } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('the status of a plugin')

test('says what the plugin is, what it may do, and how it stands', async (cleanup) => {
  const info = {
    name: 'P',
    version: '1',
    author: '',
    description: 'a plugin',
    hooks: [],
    memoryBytesMin: 0,
    configSchema: null,
  }
  const settings = {
    name: 'p',
    priority: 3,
    topics: ['t*'],
    clients: ['c*'],
    capabilities: { ...nothingGranted, metrics: { seriesMax: 5 }, memory: {} },
    config: { a: 1 },
    port: 8099,
  }
  const { host } = await startFakes(cleanup, [settings], { edition: '0.2', hooks: ['on-records', 'on-timer'], info })
  const { durations, latency, recentLines, ...status } = host.get('p')!
  assert.equal(status, {
    name: 'p',
    path: 'p.wasm',
    state: 'running',
    sinceMs: 0,
    edition: '0.2',
    isSandboxed: true,
    enabled: true,
    isInSettings: true,
    mode: 'enforce',
    priority: 3,
    topics: ['t*'],
    clients: ['c*'],
    instances: { count: 1, active: 1 },
    hooks: ['on-records', 'on-timer'],
    imports: [],
    exports: [],
    info,
    capabilities: ['metrics', 'memory'],
    config: { a: 1 },
    hash: '1',
    port: 8099,
    records: counted({}),
    shadowProduced: 0,
    failures: {},
    lastFailure: null,
    restarts: 0,
    memoryBytes: 65_536,
    diskBytes: 0,
    isDirect: true,
    queuedBatches: 0,
    onError: 'reject',
  })
})

test('counts go on when instances are replaced', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p' }])
  for (let turn = 1; turn <= 3; turn++) {
    await asked(host, ['a', 'T', 'b'])
    const { restarts, failures, records } = await host.reload('p')
    assert.equal([restarts, failures, records.accepted], [turn, { 'on-record trap': turn }, 2 * turn])
  }
})

test('of a plugin that was never loaded little is known', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', enabled: false, instances: 2 }])
  const { edition, hash, hooks, instances, memoryBytes, isDirect } = host.get('p')!
  assert.equal(
    [edition, hash, hooks, instances, memoryBytes, isDirect],
    [null, null, [], { count: 2, active: 0 }, 0, false],
  )
})

test.run()
