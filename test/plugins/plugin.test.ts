/** What a plugin is told to do while it runs, in hand-turned time and without threads: see support/fake-threads.ts. */
import * as assert from 'uvu/assert'
import { PluginCommandError } from '../../src/plugins/host.ts'
import { keptConfigBytesMax } from '../../src/plugins/loading/plugin-folder.ts'
import { asked, settled, startFakes } from '../support/fake-threads.ts'
import { rejection } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('commands to a plugin')

const lifecycle = ['on-record', 'finalize', 'cleanup'] as const

test('a reload starts new instances, then ends the old ones in order', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p' }], { hooks: lifecycle })
  await asked(host, ['a'])
  const status = await host.reload('p')
  await asked(host, ['b'])
  assert.equal(threads.taken(), [
    '1 init null',
    '1 t-0: a',
    '2 init null',
    '1 finalize',
    '1 cleanup',
    '1 end',
    '2 t-0: b',
  ])
  assert.equal([status.state, status.records.accepted, status.restarts], ['running', 1, 0])
})

test('batches in hand finish where they began, and later ones begin with the new instance', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p' }])
  threads.ways.isHeld = true
  const inHand = [asked(host, ['a']), asked(host, ['b'], { partition: 1 })]
  const reloaded = host.reload('p')
  await settled()
  const later = asked(host, ['c'], { partition: 2 })
  await settled()
  assert.equal(threads.taken(), ['1 init null', '2 init null'], 'the old one has not ended')
  threads.release()
  await Promise.all([...inHand, later, reloaded])
  assert.equal(threads.taken().sort(), ['1 end', '1 t-0: a', '1 t-1: b', '2 t-2: c'])
  assert.is(host.status()[0]!.records.accepted, 3)
})

test('when the new instances do not start, the old ones stay, and the caller hears why', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p' }])
  threads.ways.init = () => 'trap'
  assert.match((await rejection(host.reload('p'))).message, "Plugin 'p' (p.wasm) does not start: init failed (trap)")
  threads.ways.isMissing = true
  assert.match((await rejection(host.reload('p'))).message, 'was not found')
  assert.is(await asked(host, ['nx']), '0 refused by p: no x')
  assert.equal([...threads.living], [1])
  assert.is(host.get('p')!.state, 'running')
})

test('a reload frees a plugin from quarantine', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', maxFailures: 1 }])
  await asked(host, ['T'])
  assert.is(host.get('p')!.state, 'quarantined')
  const status = await host.reload('p')
  assert.equal([status.state, status.failures, await asked(host, ['x'])], ['running', { 'on-record trap': 1 }, ''])
  assert.match(status.lastFailure!, 'on-record failed (trap)')
})

test('a reset frees a plugin from quarantine, too, and from waiting; what runs goes on', async (cleanup) => {
  const { host, clock, threads } = await startFakes(cleanup, [{ name: 'p', maxFailures: 3 }])
  await asked(host, ['T', 'T'])
  assert.equal([host.get('p')!.state, clock.count], ['backing-off', 1])
  assert.equal([(await host.reset('p')).state, clock.count], ['running', 0])
  await asked(host, ['T', 'T'])
  clock.advance(1000)
  await settled()
  await asked(host, ['T'])
  assert.is(host.get('p')!.state, 'quarantined')
  assert.is((await host.reset('p')).state, 'running')
  threads.taken()
  assert.is((await host.reset('p')).state, 'running')
  assert.equal(threads.taken(), [])
})

test('a plugin that is disabled is not asked, and comes back as it was', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p', path: 'x.wasm' }], { hooks: lifecycle })
  assert.is(await asked(host, ['nx']), '0 refused by p: no x')
  assert.equal([(await host.disable('p')).state, host.wants('t')], ['disabled', false])
  assert.equal([threads.living.size, await asked(host, ['nx'])], [0, ''])
  assert.equal([host.get('p')!.enabled, host.get('p')!.instances], [false, { count: 1, active: 0 }])
  await host.disable('p')
  assert.equal([(await host.enable('p')).state, host.wants('t')], ['running', true])
  assert.is(await asked(host, ['nx']), '0 refused by p: no x')
  await host.enable('p')
  assert.equal(
    threads.taken().filter((line) => / init| end/.test(line)),
    ['1 init null', '1 end', '2 init null'],
  )
})

test('a plugin that settings disable is known, and can be enabled', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', enabled: false }])
  assert.equal([host.get('p')!.state, host.get('p')!.enabled, host.wants('t')], ['disabled', false, false])
  assert.is((await host.enable('p')).state, 'running')
  assert.is(host.wants('t'), true)
})

test('a plugin that cannot be enabled has failed, and can be tried again', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p', enabled: false }])
  threads.ways.isMissing = true
  assert.match((await rejection(host.enable('p'))).message, 'was not found')
  assert.equal([host.get('p')!.state, host.wants('t'), threads.living.size], ['failed', false, 0])
  assert.match(host.get('p')!.lastFailure!, 'was not found')
  threads.ways.isMissing = false
  assert.is((await host.reload('p')).state, 'running')
})

test('what cannot be done in its state is refused', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', enabled: false }])
  for (const command of ['reload', 'reset'] as const) {
    const error = await rejection(host[command]('p'))
    assert.instance(error, PluginCommandError)
    assert.is(error.message, `plugin 'p' is disabled; it cannot ${command}: enable it instead`)
  }
  for (const command of ['enable', 'disable', 'reload', 'reset', 'unload', 'reconfigure'] as const) {
    const error = await rejection(host[command]('q', null) as Promise<unknown>)
    assert.equal((error as PluginCommandError).code, 'unknown_plugin')
  }
})

test('commands are done one after another', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p' }])
  await Promise.all([host.reload('p'), host.disable('p'), host.enable('p'), host.reload('p'), host.reset('p')])
  const told = ['1 init null', '2 init null', '1 end', '2 end', '3 init null', '4 init null', '3 end']
  assert.equal(threads.taken(), told)
})

// Config.

test('a new config is told by the hook where there is one, and later instances begin with it', async (cleanup) => {
  const hooks = ['on-record', 'on-config-changed'] as const
  const { host, threads, configs } = await startFakes(cleanup, [{ name: 'p', config: { a: 1 } }], { hooks })
  assert.equal((await host.reconfigure('p', { a: 2 })).config, { a: 2 })
  await asked(host, ['T'])
  await host.reload('p')
  assert.equal(threads.taken(), [
    '1 init {"a":1}',
    '1 on-config-changed {"a":2}',
    '1 t-0: T',
    '1 end',
    '2 init {"a":2}',
    '2 t-0: ',
    '3 init {"a":2}',
    '2 end',
  ])
  assert.equal((await host.reconfigure('p', undefined)).config, { a: 1 }, 'that of the settings')
  assert.equal(configs, [{ a: 2 }, undefined])
})

test('a config that is too large to be kept does not come into force', async (cleanup) => {
  const { host, threads, configs } = await startFakes(cleanup, [{ name: 'p', config: 1 }])
  const error = await rejection(host.reconfigure('p', 'x'.repeat(keptConfigBytesMax)))
  assert.match(error.message, `the config has more than ${keptConfigBytesMax} bytes as JSON; make it smaller`)
  assert.equal([host.get('p')!.config, configs, threads.taken()], [1, [], ['1 init 1']])
})

test('without the hook, new instances begin with it', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p' }])
  await host.reconfigure('p', 5)
  assert.equal(threads.taken(), ['1 init null', '2 init 5', '1 end'])
})

const refusals = [
  ['the hook says no', { hooks: ['on-record', 'on-config-changed'], changed: () => 'too much' }, 'too much'],
  ['the hook traps', { hooks: ['on-record', 'on-config-changed'], changed: () => 'trap' }, 'on-config-changed failed'],
  ['init says no', { init: (config: unknown) => (config === 5 ? 'too much' : null) }, 'init refused: too much'],
] as const

for (const [what, ways, why] of refusals) {
  test(`when ${what}, the old config stays in force`, async (cleanup) => {
    const { host, threads, configs } = await startFakes(cleanup, [{ name: 'p', config: 4 }], ways)
    const error = await rejection(host.reconfigure('p', 5))
    assert.is((error as PluginCommandError).code, 'config_refused')
    assert.match(error.message, "plugin 'p' does not take this config: ")
    assert.match(error.message, why)
    await settled()
    assert.equal([host.get('p')!.config, host.get('p')!.state, configs], [4, 'running', []])
    assert.is(threads.living.size, 1)
    await asked(host, ['T'])
    assert.match(threads.did.findLast((line) => line.includes('init'))!, 'init 4')
  })
}

test('when one of several instances says no, those that took the config go back', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p', instances: 3, config: 'old' }], {
    hooks: ['on-record', 'on-config-changed'],
    changed: (config, thread) => (config === 'new' && thread === 3 ? 'not me' : null),
  })
  threads.taken()
  assert.match((await rejection(host.reconfigure('p', 'new'))).message, 'not me')
  assert.equal(threads.taken(), [
    '1 on-config-changed "new"',
    '2 on-config-changed "new"',
    '3 on-config-changed "new"',
    '1 on-config-changed "old"',
    '2 on-config-changed "old"',
  ])
})

test('one that does not go back is replaced by an instance that begins with the old config', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p', instances: 2, config: 'old' }], {
    hooks: ['on-record', 'on-config-changed'],
    changed: (config, thread) => (thread === (config === 'new' ? 2 : 1) ? 'not me' : null),
  })
  threads.taken()
  assert.match((await rejection(host.reconfigure('p', 'new'))).message, 'not me')
  const told = [
    '1 on-config-changed "new"',
    '2 on-config-changed "new"',
    '1 on-config-changed "old"',
    '1 end',
    '3 init "old"',
  ]
  assert.equal(threads.taken(), told)
})

test('a plugin that failed over its config is started with another', async (cleanup) => {
  const init = (config: unknown) => (config === 'bad' ? 'no' : null)
  const { host } = await startFakes(cleanup, [{ name: 'p', config: 'bad', optional: true }], { init })
  assert.is(host.get('p')!.state, 'failed')
  assert.match((await rejection(host.reconfigure('p', 'bad'))).message, 'init refused: no')
  assert.equal((await host.reconfigure('p', 'good')).state, 'running')
})

test('the config of a disabled plugin waits until it is enabled', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p', enabled: false }])
  assert.equal((await host.reconfigure('p', 7)).state, 'disabled')
  await host.enable('p')
  assert.equal(threads.taken(), ['1 init 7'])
})

// What is more than verdicts.

test('in shadow mode verdicts and failures are counted and told, and do nothing', async (cleanup) => {
  const { host, lines } = await startFakes(cleanup, [{ name: 'p', mode: 'shadow' }])
  assert.is(await asked(host, ['nx', 'd', 'ry', 't5', 'T', 'ok']), '')
  const counts = { accepted: 1, refused: 0, failed: 1, dropped: 1, replaced: 1, throttled: 1, shadowRefused: 1 }
  assert.equal(host.get('p')!.records, counts)
  assert.equal(
    lines().filter((line) => line.includes('would')),
    [
      "info: Plugin 'p' in shadow mode would have refused record 0 of t-0: no x",
      "info: Plugin 'p' in shadow mode would have dropped record 1 of t-0",
      "info: Plugin 'p' in shadow mode would have replaced record 2 of t-0",
      "info: Plugin 'p' in shadow mode would have throttled the producer of t-0 for 5 ms",
    ],
  )
})

test('in 0.2, a failure is that of all records of the batch that have no verdict', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p' }], { edition: '0.2', hooks: ['on-records'] })
  const reason = 'on-records failed (trap): trapped'
  assert.is(await asked(host, ['a', 'T']), `0 refused by p: ${reason}; 1 refused by p: ${reason}`)
  assert.is(await asked(host, ['a', 'nx']), '1 refused by p: no x')
  assert.equal([host.get('p')!.restarts, host.get('p')!.records.failed], [1, 2])
})

test('how long hooks take is known by hook', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p' }])
  await asked(host, ['a'])
  await asked(host, ['b', 'T', 'c'])
  assert.is(host.get('p')!.durations.get('on-record')!.count, 3)
  assert.equal(Object.keys(host.get('p')!.latency), ['on-record'])
})

// Timers.

const withTimer = ['on-record', 'on-timer'] as const

test('a timer is called right after init, and then as it asks, ten milliseconds at the least', async (cleanup) => {
  const answers = [100, 1, null]
  const timer = () => answers.shift()!
  const { threads, clock } = await startFakes(cleanup, [{ name: 'p' }], { hooks: withTimer, timer })
  const ticksAfter = async (ms: number) => {
    clock.advance(ms)
    await settled()
    return threads.taken().filter((line) => line.endsWith('on-timer')).length
  }
  assert.equal([await ticksAfter(0), await ticksAfter(99), await ticksAfter(1)], [1, 0, 1])
  assert.equal([await ticksAfter(9), await ticksAfter(1), await ticksAfter(100_000)], [0, 1, 0])
  assert.is(clock.count, 0)
})

test('a timer that comes due while records are judged waits for them', async (cleanup) => {
  const { host, threads, clock } = await startFakes(cleanup, [{ name: 'p' }], { hooks: withTimer, timer: () => 50 })
  await settled()
  threads.taken()
  threads.ways.isHeld = true
  const judged = asked(host, ['a'])
  clock.advance(50)
  await settled()
  assert.equal(threads.taken(), [])
  threads.release()
  await judged
  await settled()
  assert.equal(threads.taken(), ['1 t-0: a', '1 on-timer'])
})

test('an instance in place of another begins its timer anew; of the old one nothing is left', async (cleanup) => {
  const { host, threads, clock } = await startFakes(cleanup, [{ name: 'p' }], { hooks: withTimer, timer: () => 50 })
  await settled()
  threads.taken()
  clock.advance(30)
  await asked(host, ['T'])
  await settled()
  assert.equal(
    threads.taken().filter((line) => line.endsWith('on-timer')),
    ['2 on-timer'],
  )
  clock.advance(49)
  await settled()
  assert.equal(threads.taken(), [])
  clock.advance(1)
  await settled()
  await host.reload('p')
  await settled()
  assert.equal(threads.taken(), ['2 on-timer', '3 init null', '3 on-timer', '2 end'])
  assert.is(clock.count, 1)
  await host.disable('p')
  assert.is(clock.count, 0)
})

test('a timer that only fails ends in quarantine', async (cleanup) => {
  const { host, clock } = await startFakes(cleanup, [{ name: 'p' }], { hooks: withTimer, timer: () => 'trap' })
  for (let second = 0; second < 10; second++) {
    await settled()
    clock.advance(1000)
  }
  await settled()
  assert.equal([host.get('p')!.state, host.get('p')!.failures], ['quarantined', { 'on-timer trap': 3 }])
})

// HTTP.

test('a request is answered by an instance that has the hook', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p' }], { hooks: ['on-record', 'handle-http'] })
  const request = { method: 'GET', path: '/x', query: null, headers: [], body: new Uint8Array() }
  assert.is((await host.handleHttp('p', request)).status, 200)
  threads.ways.hooks = ['on-record']
  await host.reload('p')
  assert.is(((await rejection(host.handleHttp('p', request))) as PluginCommandError).code, 'no_such_hook')
  await host.disable('p')
  const error = (await rejection(host.handleHttp('p', request))) as PluginCommandError
  assert.equal([error.code, error.message], ['hook_failed', "plugin 'p' did not answer: the plugin is disabled"])
})

test.run()
