import * as assert from 'uvu/assert'
import { systemClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { PluginHost, PluginStartError } from '../../src/plugins/host.ts'
import { chaos, component, noop, pluginModule } from '../support/components.ts'
import { asked, settled, startFakes } from '../support/fake-threads.ts'
import { batchOf, counted, judged, rejection, sender, settingsOf, startHost, threadCount } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugin host', 10)

test('says at start what it loads, in the order of the settings', async (cleanup) => {
  const greeting = '(data (i32.const 1024) "Hello world") (global (export "g") i32 (i32.const 0))'
  const greeter = await component(
    pluginModule({ fields: greeting, init: '(call $log (i32.const 2) (i32.const 1024) (i32.const 11))' }),
  )
  const plugins = [
    { name: 'first', path: greeter },
    { name: 'second', path: await noop() },
  ]
  const { events } = await startHost(cleanup, plugins)
  assert.equal(
    events.map(({ level, target, message, fields }) => [level, target, message, fields['plugin']]),
    [
      ['info', 'blink::plugins', 'Loading 2 WASM plugins', undefined],
      ['info', 'blink::plugins', `Registered plugin: first at ${plugins[0]!.path}`, undefined],
      ['info', 'blink::plugins', "Plugin 'first' initialized successfully", undefined],
      ['info', 'blink::plugins', '🔌 Plugin: Hello world', 'first'],
      ['info', 'blink::plugins', `Registered plugin: second at ${plugins[1]!.path}`, undefined],
      ['info', 'blink::plugins', "Plugin 'second' initialized successfully", undefined],
    ],
  )
})

test('without plugins it wants no topic and says nothing', async (cleanup) => {
  const { host, events } = await startHost(cleanup, [])
  assert.is(host.wants('t'), false)
  assert.equal(await judged(host, ['ok']), [])
  assert.equal(events, [])
})

test('a plugin that is not enabled is not loaded', async (cleanup) => {
  const { host, events } = await startHost(cleanup, [{ path: 'nowhere.wasm', enabled: false }])
  assert.is(host.wants('t'), false)
  assert.equal(events, [])
})

test('the topics of Kafka itself reach no plugin', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ path: await noop() }])
  assert.equal([host.wants('t'), host.wants('__consumer_offsets')], [true, false])
})

test('paths are relative to the folder of the settings', async (cleanup) => {
  const path = await noop()
  const { host } = await startHost(cleanup, [{ path: path.slice(1) }], { folder: '/' })
  assert.is(host.status()[0]!.state, 'running')
})

test('the port that init asks for is in the status', async (cleanup) => {
  const init = '(i32.store8 (i32.const 0) (i32.const 1)) (i32.store16 (i32.const 2) (i32.const 8081))'
  const asking = await component(pluginModule({ init }))
  const { host } = await startHost(cleanup, [{ path: asking }, { name: 'none', path: await noop() }])
  assert.equal(
    host.status().map(({ port }) => port),
    [8081, null],
  )
})

test('two plugins of one name do not start', async () => {
  const deps = { clock: systemClock, logger: silent }
  const twice = [settingsOf({ path: 'a/x.wasm' }), settingsOf({ path: 'b/x.wasm' })]
  const error = await rejection(PluginHost.start(twice, deps))
  assert.instance(error, PluginStartError)
  assert.match(error.message, "Plugin 'x.wasm' (b/x.wasm) has the name of another plugin")
})

test('a start that fails leaves no thread of the other plugins behind', async (cleanup) => {
  const before = threadCount()
  const plugins = [{ name: 'sound', path: await noop() }, { path: 'nowhere.wasm' }]
  assert.match((await rejection(startHost(cleanup, plugins))).message, 'nowhere.wasm')
  assert.is(threadCount(), before)
})

test('an optional plugin that does not start is left out, with the reason', async (cleanup) => {
  const plugins = [
    { path: 'nowhere.wasm', optional: true },
    { name: 'sound', path: await chaos() },
  ]
  const { host, lines } = await startHost(cleanup, plugins)
  assert.equal(await judged(host, ['No', 'ok']), ['0: the value says no'])
  assert.match(lines()[1]!, /^warn: Left out: Plugin 'nowhere.wasm' \(nowhere.wasm\) was not found/)
  assert.equal(
    host.status().map(({ state }) => state),
    ['failed', 'running'],
  )
})

test('batches of many partitions may be judged at once', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ path: await chaos() }])
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, turn) => judged(host, turn % 2 === 0 ? ['ok', 'No'] : ['ok', 'ok'])),
  )
  for (const [turn, answer] of answers.entries()) {
    assert.equal(answer, turn % 2 === 0 ? ['1: the value says no'] : [])
  }
  assert.equal(host.status()[0]!.records, counted({ accepted: 75, refused: 25, failed: 0 }))
})

test('a batch of any size is judged, and its memory given back', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ path: await chaos() }])
  const large = Array.from({ length: 12 }, (_, index) => (index % 5 === 4 ? 'N' : 'x').repeat(1_000_000))
  assert.equal(await judged(host, ['No']), ['0: the value says no'])
  assert.equal(await judged(host, large), ['4: the value says no', '9: the value says no'])
  assert.equal(await judged(host, ['ok', 'No']), ['1: the value says no'])
  assert.equal(await judged(host, Array(20_000).fill('ok')), [])
})

test('judges the batches in hand before it closes, and none after', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ path: await chaos() }])
  const inHand = [judged(host, ['No']), judged(host, ['no'])]
  await host.close()
  assert.equal(await Promise.all(inHand), [['0: the value says no'], ['0: the plugin gave no reason']])
  assert.equal(await judged(host, ['ok']), ['0: the plugin is stopped'])
  assert.is(host.status()[0]!.state, 'stopped')
})

test('closed, it lets each plugin end in order', async (cleanup) => {
  const ending = { hooks: ['on-record', 'finalize', 'cleanup'] } as const
  const { host, threads, clock } = await startFakes(cleanup, [{ name: 'a' }, { name: 'b', topics: ['no'] }], ending)
  await asked(host, ['x'])
  await host.close()
  const taken = threads.taken()
  for (const [thread, ...before] of [
    ['1', 'init null', 't-0: x'],
    ['2', 'init null'],
  ] as const) {
    const expected = [...before, 'finalize', 'cleanup', 'end'].map((one) => `${thread} ${one}`)
    assert.equal(
      taken.filter((one) => one.startsWith(thread)),
      expected,
    )
  }
  assert.is(clock.count, 0)
})

test('hosts that are opened and closed leave no thread', async (cleanup) => {
  const path = await noop()
  const before = threadCount()
  const hosts = await Promise.all(Array.from({ length: 4 }, () => startHost(cleanup, [{ path }])))
  await Promise.all(hosts.map(({ host }) => host.close()))
  assert.is(threadCount(), before)
})

test('hands over the records that the plugin is to see, and no others', async (cleanup) => {
  const onlyOrders = { path: await chaos(), topics: ['orders', 'orders.*'] }
  const { host } = await startHost(cleanup, [onlyOrders])
  assert.equal([host.wants('orders'), host.wants('orders.eu'), host.wants('my.orders')], [true, true, false])
  assert.equal(await judged(host, ['No'], 'orders.eu'), ['0: the value says no'])
  assert.equal(await judged(host, ['No'], 'payments'), [])
})

test('topic, partition and key arrive as they were produced', async (cleanup) => {
  const told = '(call $log (i32.const 3) (local.get $topic) (local.get $topicBytes))'
  const tellsTopic = await component(
    pluginModule({ onRecord: `${told} (i32.eq (local.get $partition) (i32.const 7))` }),
  )
  const tellsKey = await component(
    pluginModule({
      onRecord: `(call $log (i32.const 3) (local.get $key) (local.get $keyBytes)) (local.get $hasKey)`,
    }),
  )
  const { host, lines } = await startHost(cleanup, [
    { name: 'topic', path: tellsTopic },
    { name: 'key', path: tellsKey },
  ])
  const { batch, section } = batchOf([{ key: 'schlüssel', value: '' }, { value: 'without' }, { key: '', value: '' }])
  const { refusals } = await host.judge('café', 7, batch, section, sender)
  assert.equal(
    refusals.map(({ index, plugin }) => `${index} ${plugin}`),
    ['1 key'],
  )
  const written = lines().filter((line) => line.startsWith('warn'))
  assert.equal(written, [
    ...Array(3).fill('warn: 🔌 Plugin: café'),
    'warn: 🔌 Plugin: schlüssel',
    ...Array(2).fill('warn: 🔌 Plugin: '),
  ])
})

// At run time.

test('a plugin that is loaded at run time goes where its priority is, and is told of as at start', async (cleanup) => {
  const { host, threads, lines } = await startFakes(cleanup, [{ name: 'a', priority: 5 }])
  const status = await host.load(settingsOf({ name: 'b', path: 'b.wasm' }))
  assert.equal([status.name, status.state], ['b', 'running'])
  await asked(host, ['x'])
  assert.equal(threads.taken().slice(-2), ['2 t-0: x', '1 t-0: x'])
  const told = ['info: Registered plugin: b at b.wasm', "info: Plugin 'b' initialized successfully"]
  assert.equal(lines().slice(-2), told)
  assert.equal(
    host.status().map(({ name }) => name),
    ['a', 'b'],
  )
})

test('one that does not start leaves nothing', async (cleanup) => {
  const { host, threads, clock } = await startFakes(cleanup, [{ name: 'a' }])
  threads.ways.init = () => 'trap'
  assert.instance(await rejection(host.load(settingsOf({ name: 'b', path: 'b.wasm' }))), PluginStartError)
  assert.equal([host.get('b'), threads.living.size, clock.count], [null, 1, 0])
  threads.ways.init = () => null
  assert.is((await host.load(settingsOf({ name: 'b', path: 'b.wasm' }))).state, 'running', 'the name is free again')
})

test('of two with one name only the first is loaded, however close they come', async (cleanup) => {
  const { host } = await startFakes(cleanup, [])
  const load = () => host.load(settingsOf({ name: 'b', path: 'b.wasm' }))
  const [first, second] = await Promise.allSettled([load(), load()])
  assert.equal([first.status, second.status], ['fulfilled', 'rejected'])
  assert.is((second as PromiseRejectedResult).reason.code, 'name_taken')
})

test('what is unloaded does what it has in hand, and is forgotten', async (cleanup) => {
  const { host, threads, clock } = await startFakes(cleanup, [{ name: 'a' }], { hooks: ['on-record', 'finalize'] })
  threads.ways.isHeld = true
  const judged = asked(host, ['nx'])
  const unloaded = host.unload('a')
  await settled()
  assert.equal([host.wants('t'), threads.taken()], [false, ['1 init null']])
  threads.release()
  assert.equal([await judged, (await unloaded).state], ['0 refused by a: no x', 'stopped'])
  assert.equal(threads.taken(), ['1 t-0: nx', '1 finalize', '1 end'])
  assert.equal([host.status(), clock.count], [[], 0])
})

test('when the broker stops, a start in progress is given up', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'a' }])
  const reloaded = rejection(host.reload('a'))
  const loaded = rejection(host.load(settingsOf({ name: 'b', path: 'b.wasm' })))
  await host.close()
  await Promise.all([reloaded, loaded])
  assert.is(threads.living.size, 0)
  assert.match((await rejection(host.load(settingsOf({ path: 'c.wasm' })))).message, 'the broker stops')
  assert.match((await rejection(host.reload('a'))).message, "plugin 'a' is stopped; it cannot reload")
})

test('a hundred loads and unloads leave no timer, and no thread', async (cleanup) => {
  const ways = { hooks: ['on-record', 'on-timer'], timer: () => 50 } as const
  const { host, threads, clock } = await startFakes(cleanup, [], ways)
  for (let turn = 0; turn < 100; turn++) {
    await host.load(settingsOf({ name: 'a', path: 'a.wasm', mode: 'shadow' }))
    await asked(host, [turn % 3 === 0 ? 'T' : 'd'])
    await host.unload('a')
  }
  await settled()
  assert.equal([threads.living.size, clock.count], [0, 0])
})

test('reloaded again and again under load, a plugin judges every record once', async (cleanup) => {
  const path = await chaos()
  const { host } = await startHost(cleanup, [{ name: 'p', path, instances: 2 }], { level: 'error' })
  let isOver = false
  const produced = Array.from({ length: 4 }, async (_, partition) => {
    let count = 0
    for (; !isOver; count += 3) {
      const { batch, section } = batchOf(['ok', 'N', 'ok'])
      const { refusals } = await host.judge('t', partition, batch, section, sender)
      assert.equal(
        refusals.map(({ index, reason }) => `${index}: ${reason}`),
        ['1: the value says no'],
      )
    }
    return count
  })
  const before = threadCount()
  for (let turn = 0; turn < 3; turn++) await host.reload('p')
  isOver = true
  const counts = await Promise.all(produced)
  const total = counts.reduce((sum, count) => sum + count, 0)
  assert.equal(host.status()[0]!.records, counted({ accepted: (total / 3) * 2, refused: total / 3 }))
  assert.is(threadCount(), before)
})

test.run()
