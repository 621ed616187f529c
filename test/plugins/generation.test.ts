/** Several instances of one plugin, in hand-turned time and without threads: see support/fake-threads.ts. */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { asked, settled, startFakes } from '../support/fake-threads.ts'
import { rejection } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('instances of a plugin')

/** By partition, the thread that was shown its records. */
function sharing(did: readonly string[]): Map<string, Set<string>> {
  const shares = new Map<string, Set<string>>()
  for (const line of did) {
    const [, thread, partition] = /^(\d+) (\S+): /.exec(line) ?? []
    if (partition === undefined) continue
    shares.set(partition, (shares.get(partition) ?? new Set()).add(thread!))
  }
  return shares
}

test('each partition goes to the same instance, and following ones to all in turn', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p', instances: 4 }])
  const random = new SeededRandom(3)
  for (let turn = 0; turn < 400; turn++) {
    await asked(host, ['a'], { topic: `topic-${random.below(5)}`, partition: random.below(8) })
  }
  const shares = sharing(threads.did)
  assert.is(shares.size, 40)
  for (const [partition, instances] of shares) assert.is(instances.size, 1, partition)
  for (let topic = 0; topic < 5; topic++) {
    const counts = new Map<string, number>()
    for (let partition = 0; partition < 8; partition++) {
      const [thread] = shares.get(`topic-${topic}-${partition}`)!
      counts.set(thread!, (counts.get(thread!) ?? 0) + 1)
    }
    assert.equal([...counts.values()], [2, 2, 2, 2])
  }
})

test('after a reload as many instances share them in the same way', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p', instances: 3 }])
  const shown = async () => {
    threads.taken()
    for (let partition = 0; partition < 6; partition++) await asked(host, ['a'], { partition })
    return [...sharing(threads.taken()).values()].map(([thread]) => Number(thread))
  }
  const before = await shown()
  await host.reload('p')
  assert.equal(
    await shown(),
    before.map((thread) => thread + 3),
  )
})

test('one that crashes leaves the others running', async (cleanup) => {
  const { host, clock } = await startFakes(cleanup, [{ name: 'p', instances: 2, maxFailures: 2 }])
  await asked(host, ['T', 'T'])
  const status = host.get('p')!
  assert.equal([status.state, status.instances], ['running', { count: 2, active: 1 }])
  assert.match(await asked(host, ['x']), 'the plugin is quarantined after 2 failures')
  assert.is(await asked(host, ['x'], { partition: 1 }), '')
  assert.match(await asked(host, ['T', 'T'], { partition: 1 }), 'on-record failed')
  assert.is(host.get('p')!.state, 'quarantined')
  assert.is(clock.count, 0)
  assert.equal((await host.reset('p')).instances, { count: 2, active: 2 })
})

test('when one of them does not start, none is left', async (cleanup) => {
  const init = (_: unknown, thread: number) => (thread === 2 ? 'trap' : null)
  const threadsOf = await startFakes(cleanup, [{ name: 'p', instances: 3, optional: true }], { init })
  assert.equal([threadsOf.host.get('p')!.state, threadsOf.threads.living.size], ['failed', 0])
  assert.match(threadsOf.lines().join('\n'), "Left out: Plugin 'p' (p.wasm) does not start: init failed (trap)")
})

test('each has its own timer', async (cleanup) => {
  const ways = { hooks: ['on-record', 'on-timer'], timer: () => 100 } as const
  const { threads, clock } = await startFakes(cleanup, [{ name: 'p', instances: 2 }], ways)
  await settled()
  threads.taken()
  clock.advance(100)
  await settled()
  assert.equal(threads.taken(), ['1 on-timer', '2 on-timer'])
})

test('a request goes to one that runs', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', instances: 2, maxFailures: 1 }], {
    hooks: ['on-record', 'handle-http'],
  })
  const request = { method: 'GET', path: '/', query: null, headers: [], body: new Uint8Array() }
  await asked(host, ['T'])
  const { body } = await host.handleHttp('p', request)
  await asked(host, ['T'], { partition: 1 })
  assert.ok(['1', '2'].includes(`${body}`))
  assert.match((await rejection(host.handleHttp('p', request))).message, 'quarantined')
})

test('they may be many, and go with the plugin', async (cleanup) => {
  const { host, threads, clock } = await startFakes(cleanup, [{ name: 'p', instances: 16 }])
  assert.is(threads.living.size, 16)
  await host.unload('p')
  assert.equal([threads.living.size, clock.count, host.status()], [0, 0, []])
})

test.run()
