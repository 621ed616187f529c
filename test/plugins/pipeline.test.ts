import * as assert from 'uvu/assert'
import type { PluginHost } from '../../src/plugins/host.ts'
import { allAccepted, type Client } from '../../src/plugins/judgement.ts'
import { chaos, component, noop, pluginModule } from '../support/components.ts'
import { asked, settled, someone, startFakes } from '../support/fake-threads.ts'
import { batchOf, counted, sender, startHost, type TestRecord } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugin pipeline', 10)

async function judgedBy(host: PluginHost, records: readonly TestRecord[]): Promise<readonly string[]> {
  const { batch, section } = batchOf(records)
  const { refusals } = await host.judge('t', 0, batch, section, sender)
  return refusals.map(({ index, plugin, onReject }) => `${index} ${plugin} ${onReject}`)
}

/** Refuses what `chaos` accepts. */
const contrary = () =>
  component(pluginModule({ onRecord: '(i32.eq (i32.load8_u (local.get $value)) (i32.const 110))' }))

test('the first refusal is the last word on a record, and each has its own policy', async (cleanup) => {
  const { host } = await startHost(cleanup, [
    { name: 'one', path: await chaos(), onReject: 'drop' },
    { name: 'two', path: await contrary(), onReject: 'dead-letter' },
  ])
  assert.equal(await judgedBy(host, ['n', 'x', 'n', 'y']), [
    '0 one drop',
    '1 two dead-letter',
    '2 one drop',
    '3 two dead-letter',
  ])
  const [one, two] = host.status()
  assert.equal(one!.records, counted({ accepted: 2, refused: 2, failed: 0 }))
  assert.equal(two!.records, counted({ accepted: 0, refused: 2, failed: 0 }), 'it never saw what the first refused')
})

test('lower priority goes first, and equals in the order of the settings', async (cleanup) => {
  const path = await contrary()
  const { host } = await startHost(cleanup, [
    { name: 'late', path, priority: 5 },
    { name: 'early', path, priority: -1 },
    { name: 'also early', path, priority: -1 },
  ])
  assert.equal(await judgedBy(host, ['x']), ['0 early fail'])
  assert.equal(
    host.status().map(({ name }) => name),
    ['late', 'early', 'also early'],
    'the status keeps the order of the settings',
  )
})

test('a batch of which nothing is left reaches no further plugin', async (cleanup) => {
  const { host } = await startHost(cleanup, [
    { name: 'all', path: await contrary() },
    { name: 'next', path: await noop() },
  ])
  assert.equal(await judgedBy(host, ['x', 'y']), ['0 all fail', '1 all fail'])
  assert.equal(host.status()[1]!.records, counted({ accepted: 0, refused: 0, failed: 0 }))
})

test('each plugin judges only the topics of its settings', async (cleanup) => {
  const path = await contrary()
  const { host } = await startHost(cleanup, [
    { name: 'other', path, topics: ['other'] },
    { name: 'any', path },
  ])
  assert.equal(await judgedBy(host, ['x']), ['0 any fail'])
})

test('a failure in one plugin spares the records that another refused', async (cleanup) => {
  const { host } = await startHost(cleanup, [
    {
      name: 'contrary',
      path: await component(pluginModule({ onRecord: '(i32.ne (i32.load8_u (local.get $value)) (i32.const 84))' })),
    },
    { name: 'chaos', path: await chaos() },
  ])
  assert.equal(await judgedBy(host, ['T', 'ok', 'n']), ['0 contrary fail', '2 chaos fail'])
  assert.is(host.status()[1]!.restarts, 0, 'it never saw the record over which it would have failed')
})

// In 0.2 there is more than yes and no.

test('a record that one plugin drops, replaces or refuses, the next does not see as it was', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'one' }, { name: 'two' }])
  assert.is(
    await asked(host, ['rd', 'rnx', 'd', 'ny', 'rok', 't7']),
    [
      '1 refused by two: no x',
      '3 refused by one: no y',
      '0 dropped',
      '2 dropped',
      '0 now d',
      '1 now nx',
      '4 now ok',
      'throttled 7',
    ].join('; '),
  )
  assert.equal(threads.taken().slice(2), ['1 t-0: rd,rnx,d,ny,rok,t7', '2 t-0: d,nx,ok,t7'])
})

test('what is replaced twice is what the last plugin made of it', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'one' }, { name: 'two' }, { name: 'three' }])
  assert.is(await asked(host, ['x', 'rrz']), '1 now z')
  assert.equal(threads.taken().slice(3), ['1 t-0: x,rrz', '2 t-0: x,rz', '3 t-0: x,z'])
})

test('the producer waits as long as the most demanding plugin asks', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'one' }, { name: 'two' }])
  assert.is(await asked(host, ['t5', 't30', 't7']), 'throttled 30')
})

test('a batch of which all is dropped or refused reaches no further plugin', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'one' }, { name: 'two' }])
  assert.is(await asked(host, ['d', 'nx']), '1 refused by one: no x; 0 dropped')
  assert.equal(threads.taken().slice(2), ['1 t-0: d,nx'])
})

test('when nobody objects, the answer says so without a word', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'one' }, { name: 'two' }])
  const { batch, section } = batchOf(['a', 'b'])
  assert.is(await host.judge('t', 0, batch, section, sender), allAccepted)
})

const clients: readonly (readonly [patterns: readonly string[], client: Client, isSeen: boolean])[] = [
  [['*'], { id: null, principal: null }, true],
  [['billing-*'], { id: 'billing-7', principal: null }, true],
  [['billing-*'], { id: 'shop', principal: null }, false],
  [['billing-*'], { id: null, principal: null }, false],
  [['/^(billing|shop)$/'], { id: 'shop', principal: null }, true],
  [['User:alice'], { id: 'shop', principal: 'User:alice' }, true],
  [['User:alice'], { id: 'shop', principal: 'User:bob' }, false],
]

for (const [patterns, client, isSeen] of clients) {
  const sees = isSeen ? 'sees' : 'does not see'
  test(`a plugin for ${patterns} ${sees} records of ${client.id}, ${client.principal}`, async (cleanup) => {
    const { host } = await startFakes(cleanup, [{ name: 'p', clients: patterns }])
    assert.is(await asked(host, ['nx'], { client }), isSeen ? '0 refused by p: no x' : '')
  })
}

test('topics may be named by regular expressions', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', topics: ['/^orders-\\d+$/'] }])
  assert.equal(
    ['orders-1', 'orders-x', '__consumer_offsets'].map((topic) => host.wants(topic)),
    [true, false, false],
  )
})

test('records that a plugin called forth do not come back to it', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'one' }, { name: 'two' }])
  await asked(host, ['a'], { by: ['one'] })
  await asked(host, ['b'], { by: ['two', 'one'] })
  assert.equal(threads.taken().slice(2), ['2 t-0: a'])
})

test('a plugin that comes, goes or changes while a batch is on its way is asked as it is then', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [
    { name: 'one' },
    { name: 'two' },
    { name: 'three', enabled: false },
  ])
  threads.ways.isHeld = true
  const judged = asked(host, ['nx'], { partition: 3 })
  const other = asked(host, ['ok'], { partition: 4 })
  const disabled = host.disable('two')
  const enabled = host.enable('three')
  await settled()
  threads.release()
  assert.is(await judged, '0 refused by one: no x')
  await Promise.all([other, disabled, enabled])
  assert.equal(
    threads.taken().filter((line) => line.includes(': ')),
    ['1 t-3: nx', '1 t-4: ok', '3 t-4: ok'],
  )
})

// On the way to consumers.

const fetching = { edition: '0.2', hooks: ['on-fetch'] } as const

async function viewed(host: PluginHost, values: readonly string[], client = someone): Promise<string> {
  const { batch, section } = batchOf(values)
  const { refusals, dropped, replacements, throttleMs } = await host.view('t', 0, batch, section, client)
  assert.is(throttleMs, 0)
  return [
    ...refusals.map(({ index, plugin, reason }) => `${index} refused by ${plugin}: ${reason}`),
    ...dropped.map((index) => `${index} hidden`),
    ...[...replacements].map(([at, { value }]) => `${at} now ${value}`),
  ].join('; ')
}

test('plugins with on-fetch see what consumers read, and those without do not', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p' }], fetching)
  assert.equal([host.wants('t'), host.wantsFetch('t'), host.wantsFetch('__consumer_offsets')], [false, true, false])
  assert.is(await viewed(host, ['a', 'd', 'rnew']), '1 hidden; 2 now new')
  assert.equal(threads.taken().slice(1), ['1 fetched t-0: a,d,rnew'])
  assert.is(host.get('p')!.durations.get('on-fetch')!.count, 1)
  assert.equal(host.get('p')!.records, counted({}), 'the same records may be read any number of times')
  threads.ways.hooks = ['on-records']
  await host.reload('p')
  assert.equal([host.wants('t'), host.wantsFetch('t'), await viewed(host, ['d'])], [true, false, ''])
})

test('clients are filtered there, too', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', clients: ['shop'] }], fetching)
  assert.is(await viewed(host, ['d']), '')
  assert.is(await viewed(host, ['d'], { id: 'shop', principal: null }), '0 hidden')
})

test('what a plugin fails over is refused, or shown with on_error accept', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p' }], fetching)
  const reason = 'on-fetch failed (trap): trapped'
  assert.is(await viewed(host, ['a', 'T']), `0 refused by p: ${reason}; 1 refused by p: ${reason}`)
  assert.equal(host.get('p')!.records, counted({ failed: 2 }))
  const { host: lenient } = await startFakes(cleanup, [{ name: 'p', onError: 'accept' }], fetching)
  assert.is(await viewed(lenient, ['a', 'T']), '')
})

test('in shadow mode consumers get everything', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', mode: 'shadow' }], fetching)
  assert.is(await viewed(host, ['a', 'd', 'T']), '')
})

test.run()
